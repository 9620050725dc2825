"""`recipients`: encrypted files are for those whom the policy names, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.documents import shapes
from reconciler.documents.known import Joining, RuleTraits, Texts
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.grounds import SecretFile
from reconciler.model.rule import SWITCH, Item, Rule
from reconciler.values.severity import Severity

_ID = "recipients"
_NAMED = 3
_PAGE = """\
Whoever is a recipient of an encrypted file can read its keys. A pull request that adds one looks like any other change
of a file that nobody can read; this rule makes it a finding.

Set it as {allowed: [age1..., ...], required: [age1...], severity: deny}. allowed is who may be a recipient, required
who must be one: the identity of the pipeline, the one kept for emergencies. A list that is left out asks nothing;
without any list the rule is silent. Keys that are none of age are named by their kind: pgp, kms, gcp_kms, azure_kv,
hc_vault, hckms. Where several policies speak of a file, only what all of them allow is allowed, and all that any of
them requires is required.

Levels: deny (holds where no policy says otherwise), warn, info, off.

Reported: a recipient that is not allowed; a required one that is missing; a file that does not tell whom it is for
(warns at most): no age file does, so keep in SOPS files what must be shown to be for the right people.

What is read are the names in the metadata of the file, which nobody signs. They tell who can open a file that sops
wrote; a file made by hand could name one recipient and be for another. A recipient that was removed may still have
the old file and has what was in it.

To meet it: put the recipients into .sops.yaml, run sops updatekeys FILE, and after taking one away, sops rotate.
"""


def _survey(item: Item, setting: Setting) -> Iterator[Finding]:
    if setting.level is None or not isinstance(item, SecretFile) or item.sealed is None:
        return
    allowed, required = setting.texts["allowed"], setting.texts["required"]
    if allowed is None and required is None:
        return
    recipients = item.sealed.recipients
    if recipients is None:
        level = max(setting.level, Severity.WARN, key=lambda each: each.rank)
        remedy = "keep it in a SOPS file, which names its recipients"
        yield item.finding(_ID, level, "whom the file is for does not show", remedy=remedy, about="not told")
        return
    strangers = [one for one in recipients if allowed is not None and one not in allowed]
    if strangers:
        verb = "are" if len(strangers) > 1 else "is"
        message = f"the file is for {_named(strangers)}, which {verb} not allowed"
        remedy = "take it out with sops rotate --rm-age, and replace what it could read; or allow it in the policy"
        yield item.finding(_ID, setting.level, message, remedy=remedy, about=_fact("stranger", strangers))
    missing = [one for one in required or () if one not in recipients]
    if missing:
        message = f"the file is not for {_named(missing)}, which is required"
        remedy = "add it to .sops.yaml and run: sops updatekeys FILE"
        yield item.finding(_ID, setting.level, message, remedy=remedy, about=_fact("missing", missing))


def _fact(word: str, recipients: Sequence[str]) -> str:
    # Whoever accepts one recipient accepts no other that comes later.
    return " ".join([word, *sorted(recipients)])


def _named(recipients: Sequence[str]) -> str:
    shown = [one if len(one) <= 70 and one.isprintable() else f"{one[:66]!r}…" for one in recipients[:_NAMED]]
    rest = len(recipients) - _NAMED
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


RULE = Rule(
    id=_ID,
    summary="Encrypted files are for the recipients that the policy names.",
    page=_PAGE,
    traits=RuleTraits(
        levels=SWITCH,
        default="deny",
        texts={
            "allowed": Texts(Joining.COMMON, shapes.RECIPIENT, "Who may be a recipient; left out, everybody may."),
            "required": Texts(Joining.ALL, shapes.RECIPIENT, "Who must be a recipient."),
        },
    ),
    survey=_survey,
)
