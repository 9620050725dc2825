"""What the tests of the engine are built from: manifests, results and objects in one line each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.known import ExchangeTraits, Known
from reconciler.documents.policy import Policy
from reconciler.engine.desired import desired
from reconciler.engine.order import Mode, Order, Ports, Surroundings
from reconciler.engine.pipeline import Reconciler
from reconciler.engine.plan import plan
from reconciler.engine.recover import recorded_after
from reconciler.engine.renames import renames
from reconciler.errors import SecretLocked
from reconciler.kit.clock import ManualClock, parse_iso
from reconciler.kit.keyfile import HostKey
from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests, Placed
from reconciler.model.moving import Move
from reconciler.model.plan import Action
from reconciler.model.ports import Place, Platform, Proven, Run, Store
from reconciler.model.probe import Diagnosis, ProbeResult, Target
from reconciler.model.report import Report
from reconciler.model.rule import Rule
from reconciler.model.state import Kind, ManagedObject
from reconciler.platforms.embedded import open_platform
from reconciler.policies.no_withdraw import RULE as NO_WITHDRAW
from reconciler.stores.sqlite import open_store
from reconciler.values.location import Location
from reconciler.values.rights import Evidence, Proof, Right, Rights, Verdict
from reconciler.values.secret import Credentials, Secret, SecretRef
from reconciler.values.severity import Severity

NOW = parse_iso("2026-11-22T12:00:00Z")
_TRAITS = ExchangeTraits("Any", False, frozenset({"spot", "margin", "futures"}), False)
_KNOWN = Known({"mexc": _TRAITS, "kucoin": _TRAITS}, {"sops": True}, {})
_REFS = {"sops": "secrets/a.sops.yaml", "key": "main"}


@dataclass(frozen=True)
class At:
    """A source that stands nowhere."""

    file: str = "connections.d/a.yaml"

    def where(self, *path: str | int) -> Location:
        return Location(self.file, 1, 1)


class Build:
    """Makes the nouns of a run with few words."""

    now = NOW
    key = HostKey(bytes(range(32)))

    def connection(
        self, name: str = "main", *, labels: dict | None = None, was: str | None = None, **spec
    ) -> Placed[Connection]:
        document = {
            "apiVersion": "reconciler/v1",
            "kind": "Connection",
            "metadata": {"name": name, "labels": labels or {}, **({"movedFrom": was} if was else {})},
            "spec": {"exchange": "mexc", "markets": ["spot"], "credentials": _REFS, **spec},
        }
        return Placed(Connection.model_validate(document, context=_KNOWN), At())

    def binding(
        self, name: str = "grid", connection: str = "main", *, was: str | None = None, **spec
    ) -> Placed[StrategyBinding]:
        base = {"connection": connection, "strategy": "grid", "market": "spot", "pairs": ["BTC/USDT"]}
        document = {
            "apiVersion": "reconciler/v1",
            "kind": "StrategyBinding",
            "metadata": {"name": name, **({"movedFrom": was} if was else {})},
            "spec": {**base, **spec},
        }
        return Placed(StrategyBinding.model_validate(document, context=_KNOWN), At())

    def policy(self, name: str = "house", labels: dict | None = None, **windows) -> Placed[Policy]:
        document = {
            "apiVersion": "reconciler/v1",
            "kind": "Policy",
            "metadata": {"name": name},
            "spec": {"select": {"labels": labels or {}}, "rules": {}, "freeze": windows},
        }
        return Placed(Policy.model_validate(document, context=_KNOWN), At())

    def manifests(self, *placed) -> Manifests:
        return Manifests(
            Path(),
            connections=tuple(one for one in placed if one.document.kind == "Connection"),
            bindings=tuple(one for one in placed if one.document.kind == "StrategyBinding"),
            policies=tuple(one for one in placed if one.document.kind == "Policy"),
        )

    def credentials(self, word: str) -> Credentials:
        return Credentials(Secret(f"{word}-api-key-0001"), Secret(f"{word}-secret-0001"))

    def fingerprint(self, word: str) -> str:
        return self.key.fingerprinter().of(self.credentials(word).parts())

    def rights(self, **verdicts: Verdict | str) -> Rights:
        evidence = Evidence("GET /rights", 200, NOW, "0" * 64)
        given = {"read": "granted", "trade_spot": "granted", "withdraw": "denied", **verdicts}
        return Rights({Right(name): Proof(Verdict(word), "", evidence) for name, word in given.items()})

    def result(self, name: str = "main", diagnosis: Diagnosis | None = None, message: str = "", **more) -> ProbeResult:
        proof = {"rights": self.rights(), "proven_at": NOW}
        if diagnosis is Diagnosis.WITHDRAWAL_ENABLED:
            proof["rights"] = self.rights(withdraw="granted")
        elif diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE:
            proof["proven_at"] = NOW - timedelta(hours=5)
        elif diagnosis is not None:
            proof = {}
        return ProbeResult(name, "mexc", diagnosis, message, **{"tested_at": NOW, **proof, **more})

    def proof(self, word: str, result: ProbeResult) -> Proven:
        return Proven(self.fingerprint(word), result)

    def deny(self, kind: Kind, name: str, message: str = "it may not") -> Finding:
        return Finding("some-rule", Severity.DENY, message, Location("a.yaml", 1, 1), "", kind.value, name)

    def run(self, run_id: str = "run-1", owner: str = "ann@host pid 1") -> Run:
        return Run(run_id, owner, NOW, "run", "abc1234")

    def keys(self, manifests: Manifests, word: str = "first") -> dict[str, str]:
        """Give each connection a key of its own."""
        return {one.name: self.fingerprint(f"{one.name}-{word}") for one in manifests.connections}

    def desired(self, manifests, results, *, actual=(), fingerprints=None, now=NOW):
        fingerprints = self.keys(manifests) if fingerprints is None else fingerprints
        return desired(manifests, fingerprints, results, actual, now)

    def plan(self, manifests, results, *, actual=(), recorded=None, fingerprints=None, **more):
        """Plan manifests against a platform; what is there was recorded unless told otherwise."""
        recorded = actual if recorded is None else recorded
        after = recorded_after(recorded, more.get("intents", ()), actual)
        moves = renames(manifests, actual, after, is_selection=False)
        wanted = self.desired(manifests, results, actual=moves.of(actual), fingerprints=fingerprints)
        return plan(wanted, actual, recorded, results=results, renames=moves, **more)

    def online(self, *names: str) -> dict[str, ProbeResult]:
        return {name: self.result(name) for name in names}

    def done(self, actual, the_plan):
        """Return the platform after everything ready was done: the law the real ones are held to."""
        held = {one.id: one for one in actual}
        for change in the_plan.ready:
            if change.moved_from is not None:
                move = Move(change.kind, change.moved_from, change.name)
                held = {one.id: one for one in map(move.of, held.values())}
            if change.action is Action.DELETE:
                held.pop(change.id, None)
            else:
                held[change.id] = change.target
        return tuple(held.values())

    def changed(self, one, **fields):
        """Return an object with other fields; a value of None takes the field away."""
        merged = {**one.fields, **{path.replace("__", "."): value for path, value in fields.items()}}
        return replace(one, fields={path: value for path, value in merged.items() if value is not None})


@pytest.fixture(scope="session")
def build() -> Build:
    return Build()


class Answers:
    """A prober with a prepared result for each connection; it counts how often it is asked."""

    def __init__(self) -> None:
        self.results: dict[str, ProbeResult] = {}
        self.asked: list[str] = []
        self.probed: list[str] = []
        self.uids: list[str | None] = []
        self.closed = 0

    async def probe(self, target: Target) -> ProbeResult:
        self.asked.append(target.name)
        self.uids.append(target.uid)
        self.probed += [target.name] if target.may_be_probed else []
        return self.results[target.name]

    async def close(self) -> None:
        self.closed += 1


class Keys:
    """A secret provider that has a value for every reference but those it is told to keep closed."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self.value: str | None = None

    def open(self, ref: SecretRef, place: Place) -> Secret:
        if ref.key in self.closed:
            raise SecretLocked(f"{ref} does not open", hint="bring the identity")
        return Secret(self.value or f"value-of-{ref.key}")


class World:
    """Everything a pass needs, on the real embedded platform and store, with prepared answers of the exchange."""

    def __init__(self, build: Build, folder: Path) -> None:
        self.build, self.folder = build, folder
        self.prober, self.keys, self.clock = Answers(), Keys(), ManualClock(NOW)
        self.rules: list[Rule] = [NO_WITHDRAW]
        self.around: dict = {}
        self.seal: Callable[[str], str] | None = build.key.seal
        self._opened: list[Platform | Store] = []

    def ports(self, *, read_only: bool) -> Ports:
        """Return ports that are closed when the test is over."""
        ports = self._ports(read_only=read_only)
        self._opened += [ports.platform, ports.store]
        return ports

    def _ports(self, *, read_only: bool) -> Ports:
        return Ports(
            providers={"sops": self.keys},
            prober=self.prober,
            platform=open_platform(self.folder / "platform.db", key=self.build.key, read_only=read_only),
            store=open_store(self.folder / "state.db", read_only=read_only),
            fingerprinter=self.build.key.fingerprinter(),
            clock=self.clock,
            seal=self.seal,
        )

    def reconcile(
        self, manifests: Manifests, mode: Mode = Mode.APPLY, *, owner: str = "ann@host", selection=False, **order
    ) -> Report:
        given = {"revision": "abc1234", "rules": self.rules, "is_selection": selection, **self.around}
        around = Surroundings(owner, **given)
        known = {"confirm": lambda report: True, **order}
        reconciler = Reconciler(manifests, self._ports(read_only=mode is not Mode.APPLY), around)
        return asyncio.run(reconciler.run(Order(mode.value, mode, **known)))

    def held(self) -> dict[str, ManagedObject]:
        """Return what the platform holds, by name."""
        return {one.name: one for one in asyncio.run(self.ports(read_only=True).platform.read())}

    def close(self) -> None:
        """Close what was opened to look; a pass closes its own."""
        for one in self._opened:
            asyncio.run(one.close())


@pytest.fixture
def world(build: Build, tmp_path: Path) -> Iterator[World]:
    world = World(build, tmp_path)
    yield world
    world.close()
