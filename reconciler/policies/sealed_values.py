"""`sealed-values`: in an encrypted file, every value that its own rule selects is one whole encrypted text."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.grounds import SecretFile
from reconciler.model.rule import SWITCH, Item, Rule
from reconciler.values.severity import Severity

_ID = "sealed-values"
_MOST = 50
_PAGE = """\
SOPS encrypts a file value by value, and its metadata says which: all of them, or those that a suffix or regex selects.
A value that somebody added by hand stands in clear among the encrypted ones, and a merge can leave half of one.

Levels: deny (holds where no policy says otherwise), warn, info, off.

Reported, each at its line: a value in clear that the file's own rule selects; a text that is not exactly one
ENC[...], or holds what no key could open (no base64, a tag of the wrong length, an unknown type); an encrypted value
that the rule leaves clear, which sops would hand out as it stands (warns at most).

A value that the file's own rule leaves clear is no finding here. One that a connection names is: see sealed-key.

To meet it: edit encrypted files with sops or reconcile secrets set only. What stood in clear has leaked with the
first push: replace it at the exchange, too.
"""


def _survey(item: Item, setting: Setting) -> Iterator[Finding]:
    if setting.level is None or not isinstance(item, SecretFile) or item.sealed is None:
        return
    flaws = [flaw for flaw in item.sealed.flaws if flaw.key]
    for flaw in flaws[:_MOST]:
        level = max(setting.level, Severity.WARN, key=lambda each: each.rank) if flaw.is_mild else setting.level
        message = f'"{_shown(flaw.key)}": {flaw.message}'
        place = (flaw.line, flaw.column)
        yield item.finding(_ID, level, message, remedy=flaw.remedy, about=f"{flaw.about} {flaw.key}", place=place)
    if len(flaws) > _MOST:
        message = f"{len(flaws) - _MOST} more values of the file are not encrypted as they should be"
        yield item.finding(_ID, setting.level, message, remedy="write the file anew with sops", about="more")


def _shown(key: str) -> str:
    return key if len(key) <= 100 else f"{key[:100]}…"


RULE = Rule(
    id=_ID,
    summary="Every value that a file's own rule selects is encrypted, whole.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="deny"),
    survey=_survey,
    fits_baseline=False,
    is_opened_anyway=True,
)
