"""How bad a finding is."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to a run: `deny` holds the change and fails it, the others only tell."""

    DENY = "deny"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Order from worst (0) to mildest (2)."""
        return list(Severity).index(self)
