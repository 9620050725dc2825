"""A raw client for the simulated exchanges: it signs by itself, sharing no code with either side.

What is particular to an exchange stands in `dialects/<id>.py`: how it signs, where its endpoints are, what its
refusals look like. The contract suite then covers it without another line.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import aiohttp
import pytest
from yarl import URL

from reconciler.kit.clock import ManualClock
from reconciler.simulator.key import Key
from reconciler.simulator.server import Simulator, rights_at, simulated

DIALECTS = Path(__file__).parent / "dialects"


def dialect_of(exchange: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"dialect_{exchange}", DIALECTS / f"{exchange}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> object:
        """The answer, decoded; one that is no JSON is the text it is."""
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode()


class OneOf(str):
    """One of several refusals that nobody can tell apart, equal to each of them."""

    __slots__ = ("words",)

    def __new__(cls, words: tuple[str, ...]) -> OneOf:
        made = super().__new__(cls, " or ".join(words))
        made.words = words
        return made

    def __eq__(self, other: object) -> bool:
        return other in self.words

    def __hash__(self) -> int:
        return hash(self.words)


class Bench:
    """One running simulator with a clock that stands still, and a client for one of its exchanges."""

    def __init__(self, exchange: str, sim: Simulator, clock: ManualClock, session: aiohttp.ClientSession) -> None:
        self.exchange = exchange
        self.dialect = dialect_of(exchange)
        self.sim = sim
        self.clock = clock
        self.session = session

    def key(self, rights: object = ("read",), **fields: object) -> Key:
        return self.sim.create_key(exchange=self.exchange, rights=rights, **fields)

    async def ask(self, key: Key, request: tuple, *, late: float = 0, tamper: Callable | None = None) -> Reply:
        """Send a signed request, `late` seconds after it was signed; `tamper` changes what was signed."""
        method, path, params = request
        ms = round(self.clock.now().timestamp() * 1000 - late * 1000)
        target, headers, body = self.dialect.sign(key, method, path, params, ms)
        if tamper is not None:
            target, headers, body = tamper(target, headers, body)
        return await self.send(method, target, headers, body)

    async def send(self, method: str, target: str, headers: dict | None = None, body: bytes = b"") -> Reply:
        url = URL(self.sim.ready["exchanges"][self.exchange] + target, encoded=True)
        async with self.session.request(method, url, headers=headers, data=body or None) as response:
            return Reply(response.status, dict(response.headers), await response.read())

    async def until(self, happened: Callable[[], bool]) -> None:
        """Let other tasks run until something has happened."""
        for _ in range(1_000_000):
            if happened():
                return
            await asyncio.sleep(0)
        raise AssertionError("it never happened")

    def refusal(self, reply: Reply) -> str | None:
        """Name what was refused, None where nothing was."""
        code = self.dialect.code(reply.json)
        found = tuple(what for what, codes in self.dialect.REFUSALS.items() if code in codes)
        return OneOf(found) if len(found) > 1 else next(iter(found), None)


@pytest.fixture
def simulate() -> Callable:
    """Run a story on a bench: `simulate("mexc", story)` returns what the story returns."""

    def run(exchange: str, story: Callable[[Bench], Awaitable], **options: object) -> object:
        async def main() -> object:
            clock = ManualClock()
            async with (
                Simulator(clock=clock, exchanges=[exchange], **options) as sim,
                aiohttp.ClientSession() as session,
            ):
                return await story(Bench(exchange, sim, clock, session))

        return asyncio.run(main())

    return run


@pytest.fixture(params=simulated())
def exchange(request: pytest.FixtureRequest) -> str:
    """Every simulated exchange that is found."""
    return request.param


@pytest.fixture
def rights(exchange: str) -> tuple[frozenset, frozenset]:
    """The rights a key can have there, and those every key has."""
    return rights_at(exchange)


@pytest.fixture
def dialect(exchange: str) -> ModuleType:
    return dialect_of(exchange)
