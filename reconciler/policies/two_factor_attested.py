"""`two-factor-attested`: somebody stands by the second factor that no exchange shows through its API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding

_ID = "two-factor-attested"
# A day that has begun somewhere on Earth is no future: the farthest zone is 14 hours ahead of UTC.
_AHEAD = timedelta(hours=14)
_PAGE = """\
Whoever can log in to the exchange can make a key that withdraws, whatever the manifests say. A second factor
guards that log-in, and no exchange shows through its API whether it is on, so a person has to stand by it.

Levels: deny, warn, off (holds where no policy says otherwise).

Reported: the connection has no spec.twoFactor; attestedAt lies in the future.

To meet it: look at the security page of the account, then write who did and when:
  twoFactor: {attestedBy: Ada, attestedAt: 2026-11-01}
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    if setting.level is None:
        return
    word = subject.connection.document.spec.two_factor
    if word is None:
        yield finding(
            subject.connection,
            _ID,
            setting.level,
            f"nobody attests that the account of {subject.name} is behind a second factor",
            "spec",
            "twoFactor",
            remedy="check the account, then write twoFactor: {attestedBy: NAME, attestedAt: YYYY-MM-DD}",
        )
        return
    if date.fromisoformat(word.attested_at) > (now + _AHEAD).astimezone(UTC).date():
        yield finding(
            subject.connection,
            _ID,
            setting.level,
            f"attestedAt {word.attested_at} lies in the future, so it attests nothing",
            "spec",
            "twoFactor",
            "attestedAt",
            remedy="write the day the account was checked",
        )


RULE = Rule(
    id=_ID,
    summary="Somebody attests that the account is behind a second factor.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="off"),
    check=_check,
)
