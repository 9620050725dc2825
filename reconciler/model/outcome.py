"""What became of a change."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.plan import Change


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change that was tried: `error` is None when it was done, else a sentence without secrets."""

    change: Change
    error: str | None = None

    @property
    def done(self) -> bool:
        """Whether the platform took the change."""
        return self.error is None
