"""What became of each waiver in a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from reconciler.documents.waiver import Waiver
from reconciler.model.manifest import Placed


class Standing(Enum):
    """Whether a waiver holds: only one that stands waives anything."""

    STANDS = "stands"
    EXPIRED = "expired"
    TOO_LONG = "too long"
    UNUSED = "unused"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """One waiver, judged: `days` are those until its last day, negative once that is over."""

    waiver: Placed[Waiver]
    standing: Standing
    days: int

    @property
    def labels(self) -> tuple[Mapping[str, str], ...]:
        """The labels of the waiver, for the policies that speak of it."""
        return (self.waiver.document.metadata.labels,)
