"""The gate every request passes: what is not on the read-only allow-list is stopped before it is sent.

It stands where ccxt expects its HTTP session, so it sees the final method and URL, whoever made them. It also
counts signed requests and keeps what came back.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import yarl

from reconciler.errors import RequestRefused
from reconciler.model.exchange import SIGNED_BUDGET, Purpose, Request

# The longest documented answer is a list of balances; a megabyte holds ten thousand of them.
LONGEST_ANSWER = 4_000_000
_CHUNK = 65_536

# Method, origin and path.
_Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class AllowList:
    """Which requests may leave: the harmless ones, and one that must be armed for each key it is meant for.

    A number in the path, such as an account's, may be any; nothing else may.
    """

    exact: Mapping[_Place, bool]
    numbered: tuple[tuple[str, str, re.Pattern[str], bool], ...] = ()
    probe: _Place | None = None

    def is_signed(self, place: _Place) -> bool | None:
        """Tell whether a harmless request is a signed one; None for every other request."""
        found = self.exact.get(place)
        if found is not None:
            return found
        method, origin, path = place
        matching = (one for one in self.numbered if one[:2] == (method, origin) and one[2].fullmatch(path))
        return next((is_signed for *_, is_signed in matching), None)


def allow_list(requests: Iterable[Request], base_url: str | None) -> AllowList:
    """Take down every harmless request, and the probe apart from them.

    With a base URL, that origin is the only one: the exchange's own hosts are then out of reach.
    """
    exact: dict[_Place, bool] = {}
    numbered, probe = [], None
    for request in requests:
        origin = rebased("https://x", base_url or f"https://{request.host}")
        if request.purpose is Purpose.WITHDRAWAL_PROBE:
            probe = (request.method, origin, request.path)
        elif "{" in request.path:
            pattern = re.compile(re.sub(r"\\{\w+\\}", "[0-9]{1,20}", re.escape(request.path)))
            numbered.append((request.method, origin, pattern, request.signed))
        else:
            exact[(request.method, origin, request.path)] = request.signed
    return AllowList(exact, tuple(numbered), probe)


def rebased(url: str, origin: str) -> str:
    """Return the URL with scheme, host and port of another origin; the path stays."""
    to = urlsplit(origin)
    return urlunsplit((to.scheme, to.netloc, urlsplit(url).path, "", ""))


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back over the wire."""

    status: int
    reason: str
    headers: Mapping[str, str]
    text: str
    body: object
    sha256: str


class Reply:
    """What ccxt is given for an answer: the part of aiohttp's response that it reads."""

    __slots__ = ("_text", "content", "headers", "reason", "status")

    def __init__(self, heard: Heard) -> None:
        self.status, self.reason, self.headers, self._text = heard.status, heard.reason, heard.headers, heard.text
        self.content = None

    async def text(self, errors: str = "replace") -> str:
        """Return the body, which was read and decoded already."""
        return self._text


class Gate:
    """One gate a client; `open_for` starts the count of signed requests for the next key."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession], allowed: AllowList, seconds: float) -> None:
        self._session = session
        self._allowed = allowed
        self._timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=seconds, sock_read=seconds)
        self.longest = LONGEST_ANSWER
        # ccxt adds its session's own headers to each request; there are none.
        self.headers: Mapping[str, str] = {}
        self.signed = 0
        self.heard: Heard | None = None
        self.is_too_large = False
        self._is_armed = False

    def open_for_next_key(self) -> None:
        """Start counting anew, and forget what the last key was answered and what it was armed for."""
        self.signed = 0
        self._is_armed = False
        self.forget()

    def forget(self) -> None:
        """Let go of the last answer."""
        self.heard, self.is_too_large = None, False

    def arm(self) -> None:
        """Let the probe pass, once and for the present key."""
        self._is_armed = True

    def admit(self, method: str, url: yarl.URL, body: object = None) -> None:
        """Let a request pass, and count it.

        Raises RequestRefused when it is not on the allow-list, carries a body where none belongs, or is a signed one
        too many. The message leaves out query and body, which may hold a key and a signature.
        """
        place = (method, f"{url.scheme}://{url.raw_authority}", url.raw_path)
        is_signed = self._allowed.is_signed(place)
        # The probe names what it is for in its path; whatever else it carried would be for something else.
        is_bare = not url.raw_query_string and not body
        if is_signed is None and self._is_armed and is_bare and place == self._allowed.probe:
            is_signed, self._is_armed = True, False
        # Some exchanges read by POST; there the body holds what stands in the query elsewhere.
        if is_signed is None or (body and method != "POST"):
            raise RequestRefused(
                f"{method} {url.host}{url.raw_path} is not on the read-only allow-list and was not sent",
                hint="this is a bug; no request but the listed ones ever leaves",
            )
        if is_signed and self.signed >= SIGNED_BUDGET:
            raise RequestRefused(
                f"{method} {url.raw_path} would be signed request {self.signed + 1} for one key and was not sent",
                hint=f"this is a bug; one test makes at most {SIGNED_BUDGET} signed requests",
            )
        self.signed += is_signed

    def get(self, url: yarl.URL, **options: object) -> Call:
        """Answer ccxt's `session.get`."""
        return Call(self, "GET", url, options)

    def post(self, url: yarl.URL, **options: object) -> Call:
        """Answer ccxt's `session.post`."""
        return Call(self, "POST", url, options)

    def put(self, url: yarl.URL, **options: object) -> Call:
        """Answer ccxt's `session.put`."""
        return Call(self, "PUT", url, options)

    def patch(self, url: yarl.URL, **options: object) -> Call:
        """Answer ccxt's `session.patch`."""
        return Call(self, "PATCH", url, options)

    def delete(self, url: yarl.URL, **options: object) -> Call:
        """Answer ccxt's `session.delete`."""
        return Call(self, "DELETE", url, options)

    async def send(self, method: str, url: yarl.URL, headers: Mapping[str, str], body: bytes | None = None) -> Heard:
        """Send what was admitted; redirects are never followed, since they would carry the key elsewhere."""
        async with self._session().request(
            method, url, headers=headers, data=body, timeout=self._timeout, allow_redirects=False
        ) as response:
            answered = await self._bounded(response.content)
            text = answered.decode("utf-8", errors="replace")
            sha256 = hashlib.sha256(answered).hexdigest()
            status, reason, headers = response.status, response.reason or "", response.headers
        self.heard = Heard(status, reason, headers, text, _decoded(text), sha256)
        return self.heard

    def decoded(self, text: str) -> object:
        """Give ccxt the decoded body, once decoded for both; None where it is no JSON object or list."""
        body = self.heard.body if self.heard else None
        return body if isinstance(body, dict | list) else None

    async def _bounded(self, content: aiohttp.StreamReader) -> bytes:
        chunks = []
        size = 0
        while chunk := await content.read(_CHUNK):
            size += len(chunk)
            if size > self.longest:
                self.is_too_large = True
                raise aiohttp.ClientPayloadError("the answer is too large")
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _decoded(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return text


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse an object that says two things of one name: which of them is meant is anybody's guess."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


class Call:
    """One request on its way: what ccxt enters with `async with`."""

    __slots__ = ("_gate", "_method", "_options", "_url")

    def __init__(self, gate: Gate, method: str, url: yarl.URL, options: Mapping[str, object]) -> None:
        self._gate, self._method, self._url, self._options = gate, method, url, options

    async def __aenter__(self) -> Reply:
        body = cast(bytes | None, self._options.get("data") or None)
        self._gate.admit(self._method, self._url, body)
        headers = cast(Mapping[str, str], self._options.get("headers") or {})
        return Reply(await self._gate.send(self._method, self._url, headers, body))

    async def __aexit__(self, *exception: object) -> None:
        return None
