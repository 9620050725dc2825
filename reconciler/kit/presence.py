"""Showing that a process is alive: a file it keeps locked, which the system unlocks however the process ends."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

# The same for all containers of one machine, whose file locks are the same as well, and another one after each start.
# https://www.kernel.org/doc/html/latest/admin-guide/sysctl/kernel.html#random, last verified 2026-11-22.
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@cache
def machine() -> str:
    """Return what tells this machine, since its last start, from all others; empty where the system does not say."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


class Presence:
    """A claim that ends with its process, even when that is killed and can say nothing more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether the file is ours already."""
        return self._handle is not None

    def claim(self) -> bool:
        """Claim the file, and say whether it is ours; False too where the system cannot tell."""
        if self._handle is not None:
            return True
        try:
            import fcntl

            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except (ImportError, OSError):
            return False
        try:
            # Held by the open file, not by the process: a second store in one process is a stranger as well.
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Give the claim up; the file stays, since another may be waiting on it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
