"""Learning what is the case: secrets opened, both sides read, keys tested, rules judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.documents.connection import Connection
from reconciler.engine.effective import aged, effective, is_proof
from reconciler.engine.inspect import inspect
from reconciler.engine.observe import Observed, observe
from reconciler.engine.order import Asking, Known, Ports, Surroundings
from reconciler.engine.probe import lister_of, probe, targets
from reconciler.engine.recover import recorded_after
from reconciler.engine.renames import Renames, renames
from reconciler.engine.resolve import Resolved, resolve
from reconciler.engine.standing import unopened
from reconciler.engine.urgent import Stops
from reconciler.kit.clock import Clock
from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests, Placed
from reconciler.model.ports import Proven
from reconciler.model.probe import ProbeResult
from reconciler.model.state import Kind

_ALL = Asking()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before anything is decided.

    `results` joins each fresh test with what was proven before; `proofs` are those worth remembering. `tested` are
    the connections whose keys were asked for in this very pass, `known` those for which an earlier test stands.
    """

    resolved: Resolved = field(default_factory=Resolved)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, ProbeResult] = field(default_factory=dict)
    proofs: Mapping[str, Proven] = field(default_factory=dict)
    observed: Observed = field(default_factory=Observed)
    findings: tuple[Finding, ...] = ()
    renames: Renames = field(default_factory=Renames)
    tested: frozenset[str] = frozenset()
    known: Mapping[str, Known] = field(default_factory=dict)

    @property
    def fresh(self) -> Mapping[str, Proven]:
        """The proofs of this very pass."""
        return {name: proven for name, proven in self.proofs.items() if name not in self.known}


async def learn(
    manifests: Manifests,
    ports: Ports,
    around: Surroundings,
    *,
    is_applying: bool = False,
    asking: Asking = _ALL,
    stops: Stops | None = None,
) -> Facts:
    """Find out everything a decision needs; `is_applying` says that changes are to follow.

    Nothing is changed, but for what `stops` suspends in the middle of it.
    """
    observed = await observe(ports.platform, ports.store)
    recorded = recorded_after(observed.recorded, observed.intents, observed.actual)
    moves = renames(manifests, observed.actual, recorded, is_selection=around.is_selection)
    proven = moves.of_known(observed.proven)
    if stops is not None:
        await stops.begin(observed, moves)
    running = {one.name: one.fingerprint for one in moves.of(observed.actual) if one.kind is Kind.CONNECTION}
    resolved, fingerprints, known = _opened(manifests, ports, around, asking, running)
    known = {name: _latest(one, proven.get(name)) for name, one in known.items()}
    hearing = _Hearing(proven, {**running, **fingerprints}, ports.clock, asking, stops)
    await hearing.known(known)
    every = targets(
        manifests,
        resolved.credentials,
        around.egress_addresses,
        uids=_accounts(proven, fingerprints),
        is_applying=is_applying,
    )
    wanted = [target for target in every if target.name not in known]
    await probe(ports.prober, wanted, ports.progress, hearing.heard)
    for placed in manifests.connections:
        if placed.name not in hearing.results:
            await hearing.heard(unopened(placed, resolved.findings, ports.clock.now()))
    results, now = hearing.results, ports.clock.now()
    judged = inspect(manifests, around, now, results=results, fingerprints=fingerprints, is_opened=True)
    return Facts(
        resolved=resolved,
        fingerprints=fingerprints,
        results={placed.name: results[placed.name] for placed in manifests.connections},
        proofs={n: Proven(fingerprints[n], r) for n, r in results.items() if n in fingerprints and is_proof(r)},
        observed=await observe(ports.platform, ports.store) if stops is not None and stops.outcomes else observed,
        findings=tuple(sorted((*resolved.findings, *judged), key=lambda finding: finding.order)),
        renames=moves,
        tested=frozenset(target.name for target in wanted),
        known=known,
    )


@dataclass(slots=True)
class _Hearing:
    """Takes results in as they come, joins each with what was proven, and has done at once what cannot wait.

    `keys` are the fingerprints by connection; where a secret did not open, the platform's key is the one that runs, and
    what was proven of it still holds.
    """

    proven: Mapping[str, Proven]
    keys: Mapping[str, str | None]
    clock: Clock
    asking: Asking
    stops: Stops | None
    results: dict[str, ProbeResult] = field(default_factory=dict)

    async def known(self, known: Mapping[str, Known]) -> None:
        """Take in what stands for a test."""
        for name, one in known.items():
            self.results[name] = aged(one.result, self.clock.now(), self.asking.stale_after.get(name))
            if self.stops is not None:
                await self.stops.known(name, one)

    async def heard(self, result: ProbeResult) -> None:
        """Take in what came of a test."""
        name, now = result.name, self.clock.now()
        joined = effective(result, self.proven.get(name), self.keys.get(name), now)
        self.results[name] = aged(joined, now, self.asking.stale_after.get(name))
        if self.stops is not None:
            await self.stops.heard(name, self.results[name], self.keys.get(name))


def _opened(
    manifests: Manifests, ports: Ports, around: Surroundings, asking: Asking, running: Mapping[str, str | None]
) -> tuple[Resolved, dict[str, str], dict[str, Known]]:
    """Open what must be open; return the secrets, the fingerprints, and the keys for which an earlier test stands."""
    shut = {placed.name for placed in _shut(manifests, asking.known, running)}
    opening = [placed for placed in (*manifests.connections, *manifests.listers) if placed.name not in shut]
    resolved = resolve(opening, ports.providers, root=manifests.root, needs_passphrase=around.needs_passphrase)
    fingerprints = {name: ports.fingerprinter.of(own.parts()) for name, own in resolved.credentials.items()}
    fingerprints.update((name, asking.known[name].fingerprint) for name in shut)
    known = {name: one for name, one in asking.known.items() if fingerprints.get(name) == one.fingerprint}
    return resolved, fingerprints, known


def _latest(one: Known, proven: Proven | None) -> Known:
    """Let a proof stand that is newer than what is known: of a run by hand, or of one that was killed since."""
    if proven is None or proven.fingerprint != one.fingerprint or proven.result.venue != one.result.venue:
        return one
    return replace(one, result=proven.result) if proven.result.tested_at > one.result.tested_at else one


def _accounts(proven: Mapping[str, Proven], fingerprints: Mapping[str, str]) -> dict[str, str | None]:
    """Return the accounts that the very same keys were proven to be of."""
    return {name: one.result.account.uid for name, one in proven.items() if one.fingerprint == fingerprints.get(name)}


def _shut(
    manifests: Manifests, known: Mapping[str, Known], running: Mapping[str, str | None]
) -> Iterator[Placed[Connection]]:
    """Yield the connections whose secrets stay shut: known keys that are on the platform and list no others."""
    listers = {lister_of(placed) for placed in manifests.connections}
    for placed in manifests.connections:
        one = known.get(placed.name)
        if (
            one is not None
            and one.is_shut
            and placed.name not in listers
            and running.get(placed.name) == one.fingerprint
        ):
            yield placed
