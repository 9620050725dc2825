"""`sealed-file`: a file that should be encrypted is there, and is what its name says."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.grounds import SecretFile
from reconciler.model.rule import SWITCH, Item, Rule
from reconciler.values.severity import Severity

_ID = "sealed-file"
_NAMED = 3
_PAGE = """\
Connections name encrypted files. Without any key it shows whether such a file is there, whether SOPS or age wrote it,
and whether it could ever be opened: metadata that is whole, a MAC, keys that it is encrypted for. That it opens, and
that nobody changed it, only a run with the identity proves.

Checked is every file that a connection names, and every other in the folders of the manifests that is encrypted by
its name (*.sops.*, *.age, *.enc.yaml) or lies in a folder named secrets in a format that SOPS encrypts.

Levels: deny (holds where no policy says otherwise), warn, info, off.

Reported: a file that is missing, is a link, leaves the repository or is too large; plain text where an encrypted file
belongs; no MAC, or broken metadata; an age file under a passphrase; a comment in clear that SOPS would have encrypted
(warns at most).

To meet it: write the file with sops or with: reconcile secrets set. What stood in clear has leaked with the first
push: replace the key at the exchange, too.
"""


def _survey(item: Item, setting: Setting) -> Iterator[Finding]:
    if setting.level is None or not isinstance(item, SecretFile):
        return
    if item.sealed is None:
        users = _users(item.users)
        remedy = item.remedy or "put the encrypted file there, or correct the reference"
        yield item.finding(_ID, setting.level, f"{item.name}: {item.problem}{users}", remedy=remedy, about="no file")
        return
    for flaw in item.sealed.flaws:
        if not flaw.key:
            level = max(setting.level, Severity.WARN, key=_rank) if flaw.is_mild else setting.level
            place = (flaw.line, flaw.column)
            yield item.finding(_ID, level, flaw.message, remedy=flaw.remedy, about=flaw.about, place=place)


def _rank(severity: Severity) -> int:
    return severity.rank


def _users(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    rest = len(names) - _NAMED
    return f"; named by {', '.join(names[:_NAMED])}" + (f" and {rest} more" if rest > 0 else "")


RULE = Rule(
    id=_ID,
    summary="Files of secrets are there, and encrypted by SOPS or age.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="deny"),
    survey=_survey,
    fits_baseline=False,
    is_opened_anyway=True,
)
