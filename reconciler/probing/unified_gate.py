"""The gate for exchanges without a file: nobody wrote down which requests are harmless, so a rule decides.

What ccxt sends passes while one of its unified reading calls runs, to the exchange's own hosts, under a name that ccxt
itself declares and that says of itself that it only reads. Everything else is stopped.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

import aiohttp
import yarl

from reconciler.errors import RequestRefused
from reconciler.model.exchange import SIGNED_BUDGET
from reconciler.probing.gate import LONGEST_ANSWER, AllowList, Gate, Heard
from reconciler.probing.reading import is_reading

# Lists of markets come in parts, and are read once for all keys.
PUBLIC_BUDGET = 30
_LONGEST_LIST = 40_000_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint as ccxt declares it: the method, the name, which need not be the path on the wire, and its part."""

    method: str
    name: str
    part: str


def endpoint(method: str, name: str, api: object) -> Endpoint:
    """Name an endpoint; ccxt says in one word or several which part of the API it belongs to."""
    return Endpoint(method, name, "/".join(map(str, api)) if isinstance(api, list | tuple) else str(api))


# Which endpoint is being asked: ccxt asks several at once, each in a task of its own.
_ASKED: ContextVar[Endpoint | None] = ContextVar("asked", default=None)
Fetch = Callable[..., Awaitable[object]]


def watched(fetch: Fetch) -> Fetch:
    """Wrap ccxt's way from an endpoint to its answer, so that the gate knows what a request is for."""

    async def asked(path: str, api: object = "public", method: str = "GET", *rest: object, **named: object) -> object:
        token = _ASKED.set(endpoint(method, path, api))
        try:
            return await fetch(path, api, method, *rest, **named)
        finally:
            _ASKED.reset(token)

    return asked


class UnifiedGate(Gate):
    """One gate a client; it remembers every answer of a call, and why a request was stopped."""

    def __init__(
        self,
        session: Callable[[], aiohttp.ClientSession],
        origins: Collection[str],
        declared: Collection[Endpoint],
        seconds: float,
    ) -> None:
        super().__init__(session, AllowList({}), seconds)
        self._origins, self._declared = origins, declared
        self.holds_key = False
        self.answers: list[tuple[str, Heard]] = []
        self.stopped = ""
        self._public = 0

    def forget(self) -> None:
        """Let go of the answers of the last call."""
        super().forget()
        self.answers, self.stopped, self._public = [], "", 0

    def admit(self, method: str, url: yarl.URL, body: object = None) -> None:
        """Let a request pass, and count it; while a key is held each one counts as signed.

        Raises RequestRefused; the message leaves out the query and the body, which may hold a key and a signature.
        """
        asked = _ASKED.get()
        problem = self._problem(asked, method, url) or ("carries a body" if body and method != "POST" else None)
        if problem is not None:
            name = f"{asked.method} {asked.name}" if asked else f"{method} {url.host}"
            self.stopped = f"{name} {problem}"
            raise RequestRefused(f"{self.stopped} and was not sent")
        self.longest = LONGEST_ANSWER if self.holds_key else _LONGEST_LIST
        self.signed += self.holds_key
        self._public += not self.holds_key

    def _problem(self, asked: Endpoint | None, method: str, url: yarl.URL) -> str | None:
        if asked is None or asked not in self._declared or asked.method != method:
            return "is none of the requests that ccxt declares"
        if f"{url.scheme}://{url.raw_authority}" not in self._origins:
            return "goes to a host that is none of the exchange's own"
        if not is_reading(method, asked.name):
            return "may do more than read"
        if self.holds_key and self.signed >= SIGNED_BUDGET:
            return f"would be signed request {self.signed + 1} for one key"
        if not self.holds_key and self._public >= PUBLIC_BUDGET:
            return f"would be request {self._public + 1} for one list"
        return None

    async def send(self, method: str, url: yarl.URL, headers: Mapping[str, str], body: bytes | None = None) -> Heard:
        """Send what was admitted, and remember the answer."""
        heard = await super().send(method, url, headers, body)
        asked = _ASKED.get()
        # Where every request has the same path, only the name tells them apart.
        name = f" ({asked.name})" if asked and asked.name.strip("/") not in url.raw_path else ""
        self.answers.append((f"{method} {url.raw_path}{name}", heard))
        return heard

    def decoded(self, text: str) -> object:
        """Give ccxt the decoded body of the answer that this text is; None where it is no JSON object or list."""
        body = next((heard.body for _, heard in reversed(self.answers) if heard.text.strip() == text), None)
        return body if isinstance(body, dict | list) else None
