"""What formats tell of the program itself: its version, and every rule with its page."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler import __version__
from reconciler.cli.pages.words import DIAGNOSES
from reconciler.engine import resolve
from reconciler.manifests.mistakes import MISTAKES
from reconciler.model import baseline
from reconciler.model.format import About, RuleText
from reconciler.model.probe import Diagnosis
from reconciler.prose.notices import DIAGNOSED, DRIFTED, HELD, NOT_DONE, WIDER
from reconciler.values.severity import Severity
from reconciler.wiring import rules

# What is told under an id of its own and is neither a rule, a mistake nor a diagnosis.
BESIDE = {
    DRIFTED: RuleText(
        "The actual side differs from what was applied, though nobody changed the manifests.",
        "Put it back with: reconcile, or declare what is there. A right or an address that was gained is an incident.",
        Severity.DENY,
        "drift",
    ),
    HELD: RuleText(
        "A change is held, and will not be made.",
        "Its message says what holds it. Mend that, and the next run makes the change.",
        Severity.INFO,
        "change",
    ),
    NOT_DONE: RuleText(
        "A change was tried and failed.",
        "The platform refused it, or could not be reached. The next run tries again.",
        Severity.DENY,
        "change",
    ),
    WIDER: RuleText(
        "A change of the manifests lets more happen than before.",
        "A right, a market or an address is gained, a limit or a risk level raised, a binding enabled, a policy "
        "loosened. Look at it before it is merged.",
        Severity.WARN,
        "change",
    ),
    baseline.RULE: RuleText(
        "Findings of the baseline are gone.",
        "They were mended. Write the baseline anew with reconcile validate --write-baseline FILE, so that they cannot "
        "come back unseen.",
        Severity.INFO,
        "baseline",
    ),
    resolve.RULE: RuleText(
        "A secret could not be opened, so its key was not tested.",
        "The reference, the file or the identity is missing or wrong: reconcile doctor looks at all three.",
        Severity.WARN,
        "secret",
    ),
}
_WAITING = Diagnosis.EXCHANGE_UNAVAILABLE


def about(exit_code: int) -> About:
    """Return what a report may tell of the program and of how the run ended."""
    return About(__version__, exit_code, dict(_rules()))


def _rules() -> Iterator[tuple[str, RuleText]]:
    for rule in rules():
        severities = [one for one in rule.traits.levels.values() if one is not None]
        usual = rule.traits.levels[rule.traits.default] or max(severities, key=lambda one: one.rank)
        yield rule.id, RuleText(rule.summary, rule.page, usual, "rule")
    for word, mistake in MISTAKES.items():
        yield word, RuleText(f"{mistake.summary}.", mistake.page, Severity.DENY, "manifest")
    for diagnosis, (cause, remedy) in DIAGNOSES.items():
        severity = Severity.WARN if diagnosis is _WAITING else Severity.DENY
        yield DIAGNOSED[diagnosis], RuleText(cause, remedy, severity, "diagnosis")
    yield from BESIDE.items()
