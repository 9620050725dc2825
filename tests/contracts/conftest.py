"""What the suites over all exchanges share: each exchange with its simulated one, and how a key is tested."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import pytest

from reconciler import exchanges
from reconciler.kit import discover
from reconciler.kit.clock import Clock, SystemClock
from reconciler.model.exchange import SIGNED_BUDGET, Exchange, Purpose
from reconciler.model.probe import Diagnosis, ProbeResult, Target
from reconciler.probing.prober import CcxtProber
from reconciler.probing.trial import TRADING
from reconciler.probing.venue import Pace
from reconciler.simulator.key import Key, KeyFields
from reconciler.simulator.server import Simulator, rights_at, simulated, variants
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

MODULES = {word: discover.load(exchanges.__name__, word) for word in discover.names(exchanges.__name__)}
ALL = {word: module.EXCHANGE for word, module in MODULES.items()}
VARIANTS = {one.id: one for module in MODULES.values() for one in getattr(module, "VARIANTS", ())}
ERRORS = Path(__file__).parent.parent / "exchanges" / "errors"
EASY = Pace(keys=32)
# Only where an answer never comes: a slow machine must not turn a good answer into a missing one.
HURRY = Pace(keys=32, seconds_per_request=0.25)


class OfVersion(Simulator):
    """A simulator whose keys are of one version, where nothing else is said."""

    def __init__(self, exchange: str, version: int | None, clock: Clock | None) -> None:
        super().__init__(exchanges=[exchange], clock=clock or SystemClock())
        self._version = version

    def create_key(self, **fields: Unpack[KeyFields]) -> Key:
        """Make a key of the version."""
        return super().create_key(**{"version": self._version, **fields})


@dataclass(frozen=True)
class Bench:
    """One exchange on the bench; with a family, those of its accounts that are asked in another way."""

    id: str
    family: str = ""
    version: int | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether the exchange has a simulated self."""
        return self.id in (*simulated(), *variants())

    @property
    def facts(self) -> Exchange:
        """What is known of the exchange."""
        return {**ALL, **VARIANTS}[self.id]

    def simulator(self, clock: Clock | None = None) -> Simulator:
        """Return its simulated self, to be used with `async with`."""
        return OfVersion(self.id, self.version, clock)

    @property
    def rights(self) -> tuple[frozenset[Right], frozenset[Right]]:
        """The rights a simulated key can have, and those of them that every key has."""
        return rights_at(self.id, self.version)

    @property
    def markets(self) -> tuple[str, str]:
        """Two markets of the exchange that a key can be declared for: spot, and futures where there are any."""
        return ("spot", "futures") if "futures" in self.facts.traits.markets else ("spot", "margin")

    @property
    def trading(self) -> tuple[Right, Right]:
        """The rights to trade on those two markets."""
        return TRADING[self.markets[0]], TRADING[self.markets[1]]

    @property
    def counts_nonces(self) -> bool:
        """Whether requests carry a number that must rise, so that no time can be too far off."""
        simulated_self = discover.load("reconciler.simulator.exchanges", self.id).EXCHANGE
        return bool(simulated_self.counts_nonces)

    def spare(self, markets: Sequence[str]) -> int:
        """Return how many signed requests are left over when all goes well and only what is needed is asked."""
        before = self.facts.families.index(self.family) if self.family else 0
        needed = [one for one in self.facts.plan(markets, self.family) if one.purpose is not Purpose.ACCOUNT]
        return SIGNED_BUDGET - before - len(needed)

    def credentials(self, key: Key) -> Credentials:
        """Return what a simulated key signs with."""
        passphrase = Secret(key.passphrase) if key.passphrase else None
        return Credentials(Secret(key.api_key), Secret(key.secret), passphrase)

    def target(self, key: Key, markets: Sequence[str], credentials: Credentials | None = None) -> Target:
        """Return a connection that is to read and trade with a key."""
        given = credentials or self.credentials(key)
        return Target(key.id, self.id, "simulator", tuple(markets), ("read", "trade"), given)

    def prober(self, simulator: Simulator, *, clock: Clock | None = None, is_hurried: bool = False) -> CcxtProber:
        """Return a prober that knows this simulator and nothing else."""
        urls = simulator.ready["exchanges"]
        return CcxtProber(
            {**ALL, **VARIANTS},
            clock=clock or SystemClock(),
            base_url=lambda exchange, environment: urls[exchange] if environment == "simulator" else None,
            pace=HURRY if is_hurried else EASY,
        )

    async def result(
        self, simulator: Simulator, target: Target, *, clock: Clock | None = None, is_hurried: bool = False
    ) -> ProbeResult:
        """Test one key with a prober of its own."""
        prober = self.prober(simulator, clock=clock, is_hurried=is_hurried)
        try:
            return await prober.probe(target)
        finally:
            await prober.close()

    def verdict(self, right: Right, rights: Collection[Right], markets: Collection[str] = ()) -> Verdict:
        """Return what must be read of a right of a simulated key: the truth, or nothing where that is never proven.

        What only the balance of a market shows is proven where that market is declared.
        """
        truth = Verdict.GRANTED if right in rights else Verdict.DENIED
        shown = {one.markets for one in self.facts.asked_for(Purpose.BALANCE) if Purpose.KEY_INFO in one.tells}
        late = {TRADING[market] for some in shown for market in some if market not in markets}
        if truth is Verdict.GRANTED and right in late:
            return Verdict.UNKNOWN
        return truth if self.facts.can_prove(right, truth, rights) else Verdict.UNKNOWN

    @property
    def best(self) -> Diagnosis | None:
        """The diagnosis of a key that is as it should be: none, or that it cannot be proven not to withdraw."""
        return None if self.verdict(Right.WITHDRAW, ()) is Verdict.DENIED else Diagnosis.UNVERIFIED

    @property
    def tries(self) -> int:
        """How often a key that is no good is asked at most: once more where its refusal may have another cause."""
        return 1 + (self.blames_keys_for_time or any(row.is_open for row in self.facts.errors))

    @property
    def blames_keys_for_time(self) -> bool:
        """Whether a bad key and a bad time are refused with the same words."""
        return any(row.is_clock and row.diagnosis is Diagnosis.INVALID_KEY for row in self.facts.errors)

    @property
    def names_addresses(self) -> bool:
        """Whether a documented refusal of the exchange tells the address it saw."""
        return "egress:" in (ERRORS / f"{self.id}.yaml").read_text()

    def path(self, asked: str, markets: Sequence[str] = ()) -> str:
        """Return the pattern of the path of `key info`, `second look`, `status`, or a balance, as in `spot balance`.

        `other balance` is that of the market beside spot, `last key info` another request where one is not enough.
        """
        if asked == "second look":
            return re.escape(self.facts.asked_for(Purpose.SECOND_LOOK)[0].path) + "$"
        asked = asked.replace("other", self.markets[1])
        requests = self.facts.plan(markets or self.markets, self.family)
        wanted = {"key info": Purpose.KEY_INFO, "status": Purpose.STATUS}.get(
            asked.removeprefix("last "), Purpose.BALANCE
        )
        found = [request for request in requests if wanted in (request.purpose, *request.tells)]
        if wanted is Purpose.BALANCE:
            found = [request for request in found if asked.removesuffix(" balance") in request.markets]
        return re.escape(found[-1 if asked.startswith("last ") else 0].path) + "$"

    def assert_harmless(self, simulator: Simulator) -> list[dict[str, object]]:
        """Return the requests the simulator got, after a look at each: none is off the allow-list."""
        harmless = [one for one in self.facts.requests if one.purpose is not Purpose.WITHDRAWAL_PROBE]
        allowed = {(request.method, request.path) for request in harmless}
        asked = simulator.requests(self.id)
        assert {(one["method"], str(one["path"]).partition("?")[0]) for one in asked} <= allowed
        return asked


def benches() -> list[Bench]:
    """Return a bench for each exchange there is a file for, and one for each further family of its accounts."""
    found = [Bench(id) for id in sorted(ALL)]
    for one in found:
        versions = (
            discover.load("reconciler.simulator.exchanges", one.id).EXCHANGE.by_version if one.is_simulated else ()
        )
        found = [*found, *(Bench(one.id, *other) for other in zip(one.facts.families[1:], versions, strict=True))]
    return found


@pytest.fixture(params=benches(), ids=lambda one: f"{one.id}-{one.family}" if one.family else one.id)
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each exchange there is a file for, in turn; or the one a test names."""
    found = request.param if isinstance(request.param, Bench) else next(b for b in benches() if b.id == request.param)
    assert found.is_simulated, "every exchange has a simulated one"
    return found


@pytest.fixture(params=sorted(VARIANTS))
def variant(request: pytest.FixtureRequest) -> Bench:
    """Each variant that a file answers for, in turn."""
    return Bench(request.param)


@pytest.fixture
def every_bench() -> list[Bench]:
    """All benches at once."""
    return benches()
