"""The request log: what was asked of the simulated exchanges, in order, without any secret."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from reconciler.simulator.wire import Signature

MOST_ENTRIES = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request, without its query; `key_id` is the simulator's own name for the key, `status` None if unanswered."""

    exchange: str
    method: str
    path: str
    key_id: str | None
    signature: Signature
    status: int | None

    def as_json(self) -> dict[str, object]:
        """Spell the entry as the control API does."""
        return {
            "method": self.method,
            "path": self.path,
            "keyId": self.key_id,
            "signature": self.signature.value,
            "status": self.status,
        }


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)

    def note(self, entry: Entry) -> None:
        """Remember one request."""
        self._entries.append(entry)

    def entries(self, exchange: str | None = None) -> tuple[Entry, ...]:
        """Return the requests made to one exchange, or to all."""
        return tuple(entry for entry in self._entries if exchange is None or entry.exchange == exchange)
