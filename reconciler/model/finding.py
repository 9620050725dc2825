"""A rule that a manifest or a key breaks."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.values.location import Location
from reconciler.values.severity import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do; `kind` and `name` are None where no document could be read."""

    rule: str
    severity: Severity
    message: str
    location: Location
    remedy: str = ""
    kind: str | None = None
    name: str | None = None

    @property
    def order(self) -> tuple[int, Location, str, str]:
        """Sort key: worst first, then by place."""
        return (self.severity.rank, self.location, self.rule, self.message)
