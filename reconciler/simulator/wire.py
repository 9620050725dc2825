"""One request as an exchange sees it, and the answer it gives."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import parse_qsl

from reconciler.simulator.catalogue import Market
from reconciler.simulator.key import Key
from reconciler.simulator.keys import Keyring
from reconciler.simulator.signing import same

JSON_TYPE = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON_TYPE})


def as_json(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Write a payload as JSON, the way gateways do: compact, non-ASCII kept."""
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
    return Answer(status, body, {"Content-Type": JSON_TYPE, **(headers or {})})


def as_page(html: str, status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with a page for people, as proxies in front of an exchange do."""
    return Answer(status, html.encode(), {"Content-Type": "text/html; charset=UTF-8", **(headers or {})})


class Signature(StrEnum):
    """What became of a request's signature, as the request log tells it."""

    VALID = "valid"
    INVALID = "invalid"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Scene:
    """What all calls to one exchange share: who holds which key, what is traded, where callers come from."""

    exchange: str
    keys: Keyring
    markets: Sequence[Market]
    client_ip: Callable[[], IPv4Address | IPv6Address]


class Call:
    """One request: the raw target and body as sent, which is what signatures cover.

    Checking it fills in `key` and `signature`, which the request log tells afterwards.
    """

    def __init__(
        self, scene: Scene, method: str, target: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        self.scene = scene
        self.method = method
        self.target = target
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.body = body
        self.now = now
        self.key: Key | None = None
        self.signature = Signature.ABSENT
        # What is told to who is refused for asking too often: when to come back, and what was too much.
        self.rest = 0.0
        self.cause = ""

    @property
    def now_ms(self) -> int:
        """The exchange's own time, in Unix milliseconds."""
        return round(self.now.timestamp() * 1000)

    @property
    def rest_ends_ms(self) -> int:
        """When whoever asked too often may come back, in Unix milliseconds."""
        return self.now_ms + round(self.rest * 1000)

    @property
    def rest_seconds(self) -> str:
        """How long whoever asked too often has to wait, in full seconds."""
        return str(max(math.ceil(self.rest), 1))

    @property
    def text(self) -> str:
        """The body as text, every byte of it, for those who sign it."""
        return self.body.decode(errors="surrogateescape")

    def is_timely(self, stamp: str, *, past: int, future: int) -> bool:
        """Whether a timestamp in Unix milliseconds lies in the window; whatever is no number does not."""
        return stamp.isdecimal() and -future <= self.now_ms - int(stamp) <= past

    def is_next(self, key: Key, nonce: str) -> bool:
        """Whether a nonce is above all that were accepted of this key; from then on it is the highest."""
        return nonce.isdecimal() and self.scene.keys.raise_nonce(key.id, int(nonce))

    @property
    def client_ip(self) -> str:
        """The address this request is seen to come from."""
        return str(self.scene.client_ip())

    @property
    def owner(self) -> Key:
        """The key of a request that was verified; only handlers of signed endpoints may ask."""
        if self.key is None:
            raise LookupError("the request was not verified")
        return self.key

    @cached_property
    def params(self) -> Mapping[str, str]:
        """The parameters of the query, decoded, overlaid on those of a form or JSON body."""
        return {**self.fields, **dict(parse_qsl(self.query, keep_blank_values=True))}

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The parameters of the body, every value as text; none where the body is neither JSON object nor form."""
        text = self.body.decode(errors="replace")
        if not text.lstrip().startswith("{"):
            return dict(parse_qsl(text, keep_blank_values=True))
        try:
            loaded = json.loads(text)
        except ValueError:
            return {}
        return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in loaded.items()}

    def missing(self, *names: str) -> str | None:
        """Return the first of these parameters that was not sent, or None."""
        return next((name for name in names if not self.params.get(name)), None)

    def header(self, name: str) -> str:
        """Return a header's value, empty where it was not sent; the case of its name does not matter."""
        return self.headers.get(name, "")

    def find(self, api_key: str) -> Key | None:
        """Look up the key a request claims to be made with, and note it for the log."""
        self.key = self.scene.keys.find(self.scene.exchange, api_key)
        return self.key

    def prove(self, given: str, expected: str) -> bool:
        """Compare a signature with the one computed, in constant time, and note the result for the log."""
        return self.judge(given, is_right=same(given, expected))

    def judge(self, given: str, *, is_right: bool) -> bool:
        """Note for the log whether the signature that was sent is right."""
        self.signature = Signature.VALID if is_right else self.claim(given)
        return is_right

    def claim(self, given: str) -> Signature:
        """Note that a signature was sent, before anything is known of it."""
        self.signature = Signature.INVALID if given else Signature.ABSENT
        return self.signature

    def comes_from_allowed_address(self, key: Key) -> bool:
        """Whether the key's IP list lets this caller in."""
        return key.admits(self.scene.client_ip())
