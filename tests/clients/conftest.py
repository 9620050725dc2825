"""Published client libraries, each driven against the simulated self of its exchange.

What is particular to a library stands in `adapters/<exchange>.py`; the suite then covers it without another line:

- `PACKAGE`: what is installed; it is imported only inside functions, so that the file loads without.
- `KINDS` (optional): the kinds of keys the library can sign with, names of `KINDS` below; one walk for each.
- `BALANCES`: for each market, the coins it shows and how much of each the simulator holds free.
- `REFUSALS`: the exchange's own code, as the library surfaces it, for each of "secret", "address", "right", "symbol"
  and, where there are passphrases, "passphrase". Where a market differs, `"right in futures"` or
  `"symbol in futures"` is for that one.
- `BALANCES_BY_KIND` (optional): in place of `BALANCES`, for a kind of keys whose accounts hold something else.
- `WARNINGS` (optional): filters for what the library itself is warned of, as narrow as they can be.
- `TIME_STEP_MS` (optional): how coarse its time is.
- `Client(url, api_key, secret, passphrase)` with `time()` in Unix milliseconds, `balance(market)` as amounts by coin,
  `order(market, symbol_exists)`, which returns the id of a small order, and `close()`.
- `Client.encoded()` (optional): what a request finds whose query has to be encoded, which is nothing.
- `code(error)`: what a failed call is told by; an error that is none of the library's goes on.
"""

from __future__ import annotations

import base64
import gc
import importlib.metadata
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from reconciler.kit.clock import ManualClock
from reconciler.simulator.background import BackgroundSimulator
from reconciler.simulator.key import Key

ADAPTERS = Path(__file__).parent / "adapters"
RIGHTS = {"spot": "trade_spot", "futures": "trade_futures"}
INSTALL = "make test-clients does it, and runs these tests"
OTHER_ADDRESS = "203.0.113.10"


def pem(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def seed() -> str:
    """Return an Ed25519 key as its seed and its public half in base64, in one line."""
    key = Ed25519PrivateKey.generate()
    return base64.b64encode(key.private_bytes_raw() + key.public_key().public_bytes_raw()).decode()


# What is said of a key of each kind; an exchange makes up what is left out.
KINDS: dict[str, Callable[[], dict[str, object]]] = {
    "minted": dict,
    "rsa": lambda: {"secret": pem(generate_private_key(65537, 2048))},
    "ed25519": lambda: {"secret": pem(Ed25519PrivateKey.generate())},
    "seed": lambda: {"secret": seed()},
    "version 1": lambda: {"version": 1},
    "version 2": lambda: {"version": 2},
    "version 3": lambda: {"version": 3},
}


def adapter_of(exchange: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"adapter_{exchange}", ADAPTERS / f"{exchange}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Outcome:
    """What came of one call: what it returned or was refused with, and what the simulator saw of it."""

    told: object
    signature: str = "valid"


class Walk:
    """Everything that is done once with one library and one kind of key; the tests look at what came of it."""

    def __init__(self, exchange: str, kind: str) -> None:
        self.exchange = exchange
        self.adapter = adapter_of(exchange)
        self.fields = KINDS[kind]
        self.balances = getattr(self.adapter, "BALANCES_BY_KIND", {}).get(kind, self.adapter.BALANCES)
        self.outcomes: dict[str, Outcome] = {}
        self.expected: dict[str, Outcome] = {}

    def done(self) -> Walk:
        """Do everything; what a call comes to is noted, whatever it is."""
        clock = ManualClock()
        clock.advance(0.123)
        with BackgroundSimulator(exchanges=[self.exchange], clock=clock) as simulator:
            # Some libraries sign this request as any other, and by a clock that the simulator's has nothing to do with.
            self.note("time", simulator, self.key(simulator), read_time, self.milliseconds(clock), signature="")
        with BackgroundSimulator(exchanges=[self.exchange]) as simulator:
            self.good(simulator)
            self.bad(simulator)
            self.unfit(simulator)
        return self

    def good(self, simulator: BackgroundSimulator) -> None:
        refusals = self.adapter.REFUSALS
        for market, free in self.balances.items():
            key = self.key(simulator, "read", *(RIGHTS[one] for one in self.balances))
            amounts = {coin: Decimal(amount) for coin, amount in free.items()}
            self.note(
                f"{market} balance", simulator, key, lambda client, of=market: decimals(client.balance(of)), amounts
            )
            trader = self.key(simulator, "read", RIGHTS[market])
            self.note(f"{market} order", simulator, trader, lambda client, of=market: accepted(client.order(of)), True)
            refused = refusals.get(f"symbol in {market}", refusals["symbol"])
            self.note(f"{market} symbol", simulator, trader, lambda client, of=market: client.order(of, False), refused)

        if hasattr(self.adapter.Client, "encoded"):
            self.note("encoded", simulator, self.key(simulator), lambda client: client.encoded(), [])

    def bad(self, simulator: BackgroundSimulator) -> None:
        key, other = self.key(simulator), self.key(simulator)
        refusals = self.adapter.REFUSALS
        self.note("secret", simulator, key, spot_balance, refusals["secret"], signature="invalid", secret=other.secret)
        if key.passphrase is not None:
            self.note("passphrase", simulator, key, spot_balance, refusals["passphrase"], passphrase=other.passphrase)

    def unfit(self, simulator: BackgroundSimulator) -> None:
        refusals = self.adapter.REFUSALS
        for market in self.balances:
            refused = refusals.get(f"right in {market}", refusals["right"])
            self.note(f"{market} right", simulator, self.key(simulator), lambda one, of=market: one.order(of), refused)
        bound = simulator.create_key(
            exchange=self.exchange, rights=["read"], ip_allowlist=[OTHER_ADDRESS], **self.fields()
        )
        self.note("address", simulator, bound, spot_balance, refusals["address"])
        simulator.set_client_ip(OTHER_ADDRESS)
        amounts = {coin: Decimal(amount) for coin, amount in self.balances["spot"].items()}
        self.note("listed address", simulator, bound, lambda client: decimals(spot_balance(client)), amounts)

    def key(self, simulator: BackgroundSimulator, *rights: str) -> Key:
        return simulator.create_key(exchange=self.exchange, rights=rights or ["read"], **self.fields())

    def note(
        self,
        name: str,
        simulator: BackgroundSimulator,
        key: Key,
        act: Callable,
        expected: object,
        *,
        signature: str = "valid",
        **wrong: str,
    ) -> None:
        """Do one thing with a client of its own, and note what came of it beside what was to come."""
        values = {"secret": key.secret, "passphrase": key.passphrase, **wrong}
        client = self.adapter.Client(simulator.ready["exchanges"][self.exchange], key.api_key, **values)
        try:
            told = act(client)
        except Exception as error:
            told = self.adapter.code(error)
        finally:
            client.close()
        seen = str(simulator.requests(self.exchange)[-1]["signature"])
        self.outcomes[name] = Outcome(told, signature and seen)
        self.expected[name] = Outcome(expected, signature)

    def milliseconds(self, clock: ManualClock) -> int:
        """Return the simulator's time as far as the library tells it."""
        exact = round(clock.now().timestamp() * 1000)
        return exact - exact % getattr(self.adapter, "TIME_STEP_MS", 1)


def read_time(client) -> int:
    return client.time()


def spot_balance(client) -> dict[str, str]:
    return client.balance("spot")


def decimals(amounts: dict[str, object]) -> dict[str, Decimal]:
    return {coin: Decimal(str(amount)) for coin, amount in amounts.items()}


def accepted(order_id: object) -> bool:
    """Whether an order was given an id."""
    return bool(str(order_id or ""))


@cache
def walked(exchange: str, kind: str) -> Walk:
    return Walk(exchange, kind).done()


def walks() -> Iterator:
    """Yield each library with each kind of key it signs with, marked where it is not installed."""
    for path in sorted(ADAPTERS.glob("*.py")):
        adapter = adapter_of(path.stem)
        is_installed = any(importlib.metadata.Distribution.discover(name=adapter.PACKAGE))
        marks = [
            pytest.mark.skipif(not is_installed, reason=f"{adapter.PACKAGE} is not installed: {INSTALL}"),
            *(pytest.mark.filterwarnings(one) for one in getattr(adapter, "WARNINGS", ())),
        ]
        for kind in getattr(adapter, "KINDS", ("minted",)):
            yield pytest.param((path.stem, kind), marks=marks, id=f"{path.stem}-{kind}")


@pytest.fixture
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(params=list(walks()))
def walk(request: pytest.FixtureRequest, _no_proxy: None) -> Iterator[Walk]:
    """Each library in turn, with each kind of key it signs with, after everything was done with it once."""
    yield walked(*request.param)
    # What a library left open would be reported here, as an error, and not in a later test.
    gc.collect()
