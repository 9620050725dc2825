"""What a test of one key says: diagnosis, checks, rights, and the account behind the key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconciler.values.rights import Rights
from reconciler.values.secret import Credentials


class Status(StrEnum):
    """The one word an operator reads first."""

    ONLINE = "Online"
    BLOCKED = "Blocked"
    FAILED = "Failed"
    UNAVAILABLE = "Unavailable"
    UNVERIFIED = "Unverified"
    SUSPENDED = "Suspended"
    PENDING = "Pending"


class Diagnosis(StrEnum):
    """Why a connection is not fine."""

    INVALID_KEY = "Invalid key"
    NO_TRADE_PERMISSION = "No trade permission"
    IP_NOT_ALLOWED = "IP not allowed"
    EXCHANGE_UNAVAILABLE = "Exchange unavailable"
    WITHDRAWAL_ENABLED = "Withdrawal enabled"
    UNVERIFIED = "Unverified"

    @property
    def status(self) -> Status:
        """The status that a connection with this diagnosis has."""
        return _STATUS[self]


_STATUS = {
    Diagnosis.INVALID_KEY: Status.FAILED,
    Diagnosis.NO_TRADE_PERMISSION: Status.FAILED,
    Diagnosis.IP_NOT_ALLOWED: Status.FAILED,
    Diagnosis.EXCHANGE_UNAVAILABLE: Status.UNAVAILABLE,
    Diagnosis.WITHDRAWAL_ENABLED: Status.BLOCKED,
    Diagnosis.UNVERIFIED: Status.UNVERIFIED,
}


class Check(StrEnum):
    """One of the four things that are tested of a connection."""

    KEY = "key"
    PERMISSIONS = "permissions"
    BALANCE = "balance"
    STATUS = "status"


class CheckState(StrEnum):
    """How a check came out; `skipped` when an earlier answer already settled the matter."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Target:
    """One key to be tested, and what it was declared for.

    `egress` is where this host is said to go out from, `account` the label of the account that the key should be of,
    `uid` the account that this very key was of when it was last proven.
    `lister` is another key, which lists this one, and `is_lister` says that a key does so for others. Only a key that
    `may_be_probed` is used to cancel a withdrawal that cannot be.
    """

    name: str
    exchange: str
    environment: str
    markets: tuple[str, ...]
    permissions: tuple[str, ...]
    credentials: Credentials
    ip_allowlist: tuple[str, ...] = ()
    egress: tuple[str, ...] = ()
    account: str = ""
    uid: str | None = None
    lister: Target | None = None
    is_lister: bool = False
    may_be_probed: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """The account behind a key, as far as the exchange shows it; None where it does not."""

    uid: str | None = None
    is_subaccount: bool | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What is known of one key after a test.

    `diagnosis` is None only for a key whose four checks passed. `rights` rest on `proven_at`, which is older
    than `tested_at` where this test reached no verdict and an earlier one did.
    """

    name: str
    exchange: str
    diagnosis: Diagnosis | None
    message: str
    tested_at: datetime
    remedy: str = ""
    checks: Mapping[Check, CheckState] = field(default_factory=dict)
    rights: Rights = field(default_factory=Rights)
    ip_allowlist: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    account: Account = field(default_factory=Account)
    egress_seen: str | None = None
    requests: int = 0
    proven_at: datetime | None = None
    notes: tuple[str, ...] = ()
    environment: str = "live"

    @property
    def status(self) -> Status:
        """The status that follows from the diagnosis."""
        return self.diagnosis.status if self.diagnosis else Status.ONLINE

    @property
    def venue(self) -> tuple[str, str]:
        """Exchange and environment: one string may be a key at two of them, and what one says binds no other."""
        return (self.exchange, self.environment)
