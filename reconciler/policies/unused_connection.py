"""`unused-connection`: a key that serves nothing is a risk that serves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding

_ID = "unused-connection"
_PAGE = """\
A connection without an enabled binding keeps a working key alive for nobody.

Levels: deny, warn (holds where no policy says otherwise), off.

Reported: no binding names the connection, or all that do are disabled.

To meet it: bind a strategy to the connection, enable a binding, or delete the manifest and then the key at the
exchange.
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    if setting.level is None or subject.enabled or subject.name in fleet.listers:
        return
    disabled = len(subject.bindings)
    fact = f"{'its only binding is' if disabled == 1 else f'all its {disabled} bindings are'} disabled"
    yield finding(
        subject.connection,
        _ID,
        setting.level,
        f"{subject.name} serves no strategy: {fact if disabled else 'no binding names it'}",
        "metadata",
        "name",
        remedy="bind a strategy to it, or delete the manifest and then the key at the exchange",
    )


RULE = Rule(
    id=_ID,
    summary="Every connection serves at least one enabled binding.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="warn"),
    check=_check,
)
