"""Learning what is the case: secrets opened, both sides read, keys tested, rules judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reconciler.engine.effective import effective, is_proof
from reconciler.engine.inspect import inspect
from reconciler.engine.observe import Observed, observe
from reconciler.engine.order import Ports, Surroundings
from reconciler.engine.probe import probe, targets
from reconciler.engine.recover import recorded_after
from reconciler.engine.renames import Renames, renames
from reconciler.engine.resolve import Resolved, resolve
from reconciler.engine.standing import unopened
from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests
from reconciler.model.ports import Proven
from reconciler.model.probe import ProbeResult
from reconciler.model.state import Kind


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before anything is decided.

    `results` joins each fresh test with what was proven before; `proofs` are those worth remembering.
    """

    resolved: Resolved = field(default_factory=Resolved)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, ProbeResult] = field(default_factory=dict)
    proofs: Mapping[str, Proven] = field(default_factory=dict)
    observed: Observed = field(default_factory=Observed)
    findings: tuple[Finding, ...] = ()
    renames: Renames = field(default_factory=Renames)


async def learn(manifests: Manifests, ports: Ports, around: Surroundings, *, is_applying: bool = False) -> Facts:
    """Find out everything a decision needs, and change nothing; `is_applying` says that changes are to follow."""
    opening = (*manifests.connections, *manifests.listers)
    resolved = resolve(opening, ports.providers, root=manifests.root, needs_passphrase=around.needs_passphrase)
    observed = await observe(ports.platform, ports.store)
    recorded = recorded_after(observed.recorded, observed.intents, observed.actual)
    moves = renames(manifests, observed.actual, recorded, is_selection=around.is_selection)
    proven = moves.of_known(observed.proven)
    fingerprints = {name: ports.fingerprinter.of(own.parts()) for name, own in resolved.credentials.items()}
    wanted = targets(
        manifests,
        resolved.credentials,
        around.egress_addresses,
        uids={n: one.result.account.uid for n, one in proven.items() if one.fingerprint == fingerprints.get(n)},
        is_applying=is_applying,
    )
    fresh = await probe(ports.prober, wanted, ports.progress)
    now = ports.clock.now()
    for placed in manifests.connections:
        fresh.setdefault(placed.name, unopened(placed, resolved.findings, now))
    running = {one.name: one.fingerprint for one in moves.of(observed.actual) if one.kind is Kind.CONNECTION}
    results = {
        # Where the secret did not open, the platform's key is the one that runs: what was proven of it still holds.
        name: effective(result, proven.get(name), fingerprints.get(name) or running.get(name), now)
        for name, result in fresh.items()
    }
    facts = Facts(
        resolved=resolved,
        fingerprints=fingerprints,
        results=results,
        proofs={n: Proven(fingerprints[n], r) for n, r in results.items() if n in fingerprints and is_proof(r)},
        observed=observed,
        renames=moves,
    )
    judged = inspect(manifests, around, now, results=results, fingerprints=fingerprints, is_opened=True)
    found = sorted((*resolved.findings, *judged), key=lambda finding: finding.order)
    return replace(facts, findings=tuple(found))
