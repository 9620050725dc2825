"""`key-age`: keys are replaced before they are old, and before the exchange lets them expire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from reconciler.documents.known import Parameter, RuleTraits
from reconciler.documents.policy import Setting
from reconciler.kit.clock import iso
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding
from reconciler.values.severity import Severity

_ID = "key-age"
_PLACE = ("spec", "rotation", "createdAt")
_EXPIRES_SOON = timedelta(days=14)
# A day that has begun somewhere on Earth is no future: the farthest zone is 14 hours ahead of UTC.
_AHEAD = timedelta(hours=14)
_PAGE = """\
The longer a key lives, the more logs, backups and laptops it has been through. A connection says when its key was
made, and the key is replaced in time.

Set it as {maxDays: 90, severity: warn}; maxDays goes from 1 to 3650. Levels: deny, warn, off. Where no policy
says otherwise it is 90 days and warn. A connection may ask for less with spec.rotation.maxAgeDays, never for more.

Reported: the key is older than allowed; no spec.rotation says when it was made (an age that is not known counts
like one that is too high); createdAt lies in the future; the exchange says that the key has expired, or will within
14 days (the latter warns at most).

To meet it: make a new key at the exchange, put it into the secret file, write the day into
spec.rotation.createdAt, and delete the old key once the new one is Online.
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    if setting.level is None:
        return
    yield from _age(subject, setting.parameters["maxDays"], setting.level, now)
    yield from _expiry(subject, fleet, setting.level, now)


def _age(subject: Subject, max_days: int, level: Severity, now: datetime) -> Iterator[Finding]:
    rotation = subject.connection.document.spec.rotation
    if rotation is None:
        message, remedy = "nothing says when the key was made", "write the day: rotation: {createdAt: YYYY-MM-DD}"
        yield finding(subject.connection, _ID, level, message, *_PLACE, remedy=remedy, about="not known")
        return
    created = date.fromisoformat(rotation.created_at)
    if created > (now + _AHEAD).astimezone(UTC).date():
        message = f"createdAt {created} lies in the future, so the age of the key is not known"
        remedy = "write the day the key was made"
        yield finding(subject.connection, _ID, level, message, *_PLACE, remedy=remedy, about="future")
        return
    age = (now.astimezone(UTC).date() - created).days
    allowed = min(max_days, rotation.max_age_days or max_days)
    if age > allowed:
        message = f"the key is {age} days old, {allowed} are allowed"
        remedy = "replace the key at the exchange and in the secret file, and write the new day into createdAt"
        yield finding(subject.connection, _ID, level, message, *_PLACE, remedy=remedy, about=f"made {created}")


def _expiry(subject: Subject, fleet: Fleet, level: Severity, now: datetime) -> Iterator[Finding]:
    probe = subject.probe
    if probe is None or probe.expires_at is None or probe.expires_at - now > _EXPIRES_SOON:
        return
    title = fleet.title(probe.exchange)
    remedy = f"make a new key at {title} and put it into the secret file"
    if probe.expires_at <= now:
        message = f"{title} let the key expire at {iso(probe.expires_at)}"
    else:
        level = max(level, Severity.WARN, key=lambda severity: severity.rank)
        message = f"{title} lets the key expire at {iso(probe.expires_at)}"
    about = f"expires {iso(probe.expires_at)}"
    yield finding(subject.connection, _ID, level, message, "spec", "credentials", remedy=remedy, about=about)


RULE = Rule(
    id=_ID,
    summary="Keys are replaced before they are old or expire.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="warn", parameters={"maxDays": Parameter(90, 1, 3650)}),
    check=_check,
    asks_exchange=True,
)
