"""What came back for one request, whichever way it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconciler.model.exchange import Request
from reconciler.values.rights import Evidence


class Silence(StrEnum):
    """Why there is no answer at all."""

    TIMEOUT = "no answer came in time"
    CONNECTION = "it cannot be reached from here"
    TOO_LARGE = "the answer was of unbearable size"
    RESTING = "it asked to be left alone"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: status, decoded body, the text it was, and the classes ccxt raised for it, nearest first.

    `body` is the decoded JSON, or the text where it is none. `status` is None when nothing came. `until` is the moment
    before which the exchange is not asked, because it wants to rest. Where ccxt was asked to make something of the
    body, `made` is what it made, and `stopped` says which request of its own was not sent.
    """

    request: Request
    at: datetime
    status: int | None = None
    body: object = None
    text: str = ""
    sha256: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    raised: tuple[str, ...] = ()
    silence: Silence | None = None
    until: datetime | None = None
    made: object = None
    stopped: str = ""

    @property
    def told(self) -> object:
        """What is to be read: what ccxt made of the body where it was asked to, and the body elsewhere."""
        return self.body if self.made is None else self.made

    @property
    def evidence(self) -> Evidence:
        """What a verdict that rests on this answer can point to."""
        return Evidence(self.request.line, self.status, self.at, self.sha256)
