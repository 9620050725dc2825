"""`waivers`: what was accepted for a time is looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.documents.known import Parameter, RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Item, Rule, finding
from reconciler.model.waiving import Standing, WaiverUse
from reconciler.values.severity import Severity

_ID = "waivers"
_PAGE = """\
A Waiver accepts one finding, named by its fingerprint, with an owner, a reason and an end. The finding stays in every
report, as waived, and no longer counts for the exit code or holds a change. Reports in JSON show the fingerprints.

Set it as {maxDays: 90, severity: warn}; maxDays goes from 1 to 3650. Levels: deny, warn (holds where no policy says
otherwise), info, off. Where it is off, no length is too long.

Reported: a waiver whose last day is over; one that ends more than maxDays from today (both waive nothing); one of
which nothing is found any more, told where the run could have found it: what only a test of the key can show is not
missed by validate, and a run that could not test every key misses nothing. Unused waivers warn at most.

Nothing waives no-withdraw, this rule, or a mistake of a manifest.

To meet it: mend what was waived and delete the waiver, or have somebody look again and move the end.
"""


def _survey(item: Item, setting: Setting) -> Iterator[Finding]:
    if setting.level is None or not isinstance(item, WaiverUse) or item.standing is Standing.STANDS:
        return
    spec, level = item.waiver.document.spec, setting.level
    place = "until"
    if item.standing is Standing.EXPIRED:
        message, remedy = f"the waiver ended on {spec.until}", f"mend {spec.rule}, or have {spec.owner} look again"
    elif item.standing is Standing.TOO_LONG:
        most = setting.parameters["maxDays"]
        message = f"the waiver ends {item.days} days from now, {most} are allowed: it waives nothing"
        remedy = "move the end nearer, and prolong it when somebody has looked again"
    elif item.standing is Standing.UNUSED:
        level = max(level, Severity.WARN, key=lambda each: each.rank)
        place, message = "finding", f"nothing is found any more that this waiver accepts of {spec.rule}"
        remedy = "delete the waiver, or correct the fingerprint"
    else:
        place = "rule"
        message, remedy = "the waiver names a finding that nothing waives", "delete the waiver, and mend the finding"
    yield finding(item.waiver, _ID, level, message, "spec", place, remedy=remedy, about=item.standing.value)


RULE = Rule(
    id=_ID,
    summary="Waivers end, are no longer than allowed, and are still needed.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="warn", parameters={"maxDays": Parameter(90, 1, 3650)}, is_waivable=False),
    survey=_survey,
    fits_baseline=False,
)
