"""Every exception of the project, one tree; the class alone decides exit code and retry.

    ReconcilerError                    70  a bug of ours unless a subclass says otherwise
    ├── UsageError                     64  the command line makes no sense
    ├── InvalidConfig                   4  reconciler.yaml cannot be used; nothing was contacted
    ├── NothingMatched                  3  no manifest, or a selector that selects nothing
    ├── GuardRefused                    6  a guard said no
    │   ├── LockHeld                    6  another writer holds the store
    │   ├── MassDeletion                6  the plan deletes too much
    │   ├── NotConfirmed                6  nobody said yes
    │   └── PlanRefused                 6  a saved plan does not hold, or was not written here
    ├── OperationalError                1  the world did not play along
    │   ├── PlatformError               1  the platform refused or could not be reached
    │   ├── StoreError                  1  the store cannot be read or written
    │   └── SecretError                 1  a secret reference cannot be opened
    │       ├── SecretNotFound          1  the reference names nothing
    │       ├── SecretLocked            1  no identity opens it
    │       └── SecretRejected          1  tampered with, malformed, or against a path guard
    └── RequestRefused                 70  a request that is not on the read-only allow-list

A user's mistake in a manifest is a Finding and a failed probe is a ProbeResult: neither is raised.
"""

from __future__ import annotations

from typing import ClassVar


class ReconcilerError(Exception):
    """The root: what is wrong, and in `hint` what to do about it; neither ever holds a secret."""

    exit_code: ClassVar[int] = 70
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ReconcilerError):
    """The command line asks for something that does not exist."""

    exit_code = 64


class InvalidConfig(ReconcilerError):
    """The configuration cannot be used; raised before anything is contacted."""

    exit_code = 4


class NothingMatched(ReconcilerError):
    """There is nothing to work on: no manifest, or a selector that selects none."""

    exit_code = 3


class GuardRefused(ReconcilerError):
    """A guard refused to go on; also raised when a guard cannot be checked."""

    exit_code = 6


class LockHeld(GuardRefused):
    """Another run holds the writer lock."""

    retryable = True


class MassDeletion(GuardRefused):
    """The plan would delete more than the guard allows."""


class NotConfirmed(GuardRefused):
    """A change needs a yes, and nobody gave one."""


class PlanRefused(GuardRefused):
    """A saved plan is not applied: what it rests on has moved, or it is not what was written."""


class OperationalError(ReconcilerError):
    """Something outside of us failed: a file, a platform, a store, a secret."""

    exit_code = 1


class PlatformError(OperationalError):
    """The platform refused a change or could not be reached."""

    retryable = True


class StoreError(OperationalError):
    """The store cannot be opened, read or written."""


class SecretError(OperationalError):
    """A secret reference cannot be opened; the message names the reference, never a value."""


class SecretNotFound(SecretError):
    """The reference names a file, key or variable that is not there."""


class SecretLocked(SecretError):
    """No identity at hand opens the secret."""


class SecretRejected(SecretError):
    """The secret failed its authentication, is malformed, or breaks a path guard."""


class RequestRefused(ReconcilerError):
    """A request outside the read-only allow-list was stopped before it was sent."""
