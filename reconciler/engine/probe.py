"""Testing many keys at once; how many run together is the prober's own affair."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from reconciler.documents.connection import Connection, ConnectionSpec
from reconciler.model.manifest import Manifests, Placed
from reconciler.model.ports import Prober, Progress
from reconciler.model.probe import ProbeResult, Target
from reconciler.values.secret import Credentials

Heard = Callable[[ProbeResult], Awaitable[None]]


def targets(
    manifests: Manifests,
    credentials: Mapping[str, Credentials],
    egress: tuple[str, ...] = (),
    *,
    uids: Mapping[str, str | None] = MappingProxyType({}),
    is_applying: bool = False,
) -> tuple[Target, ...]:
    """Say what is to be tested, from which addresses; connections whose secrets did not open are left out.

    `uids` are the accounts that the very same keys were proven to be of.
    Only where `is_applying` may a key be probed, and only where its connection says so and is one of those selected.
    """
    every = [placed for placed in (*manifests.connections, *manifests.listers) if placed.name in credentials]
    selected = {placed.name for placed in manifests.connections}
    listing = {lister_of(placed) for placed in every}
    made: dict[str, Target] = {}
    # Who lists others is listed by nobody, so that these can be made first.
    for placed in sorted(every, key=lambda one: lister_of(one) is not None):
        spec = placed.document.spec
        made[placed.name] = Target(
            name=placed.name,
            exchange=spec.exchange,
            environment=spec.environment,
            markets=spec.markets,
            permissions=spec.permissions,
            credentials=credentials[placed.name],
            ip_allowlist=spec.ip_allowlist,
            egress=egress,
            account=spec.account,
            uid=uids.get(placed.name),
            lister=made.get(lister_of(placed) or ""),
            is_lister=placed.name in listing,
            may_be_probed=is_applying and placed.name in selected and _wants_probe(spec),
        )
    return tuple(made[placed.name] for placed in manifests.connections if placed.name in made)


def _wants_probe(spec: ConnectionSpec) -> bool:
    return spec.proof is not None and spec.proof.withdrawal_probe == "when-applying"


def lister_of(placed: Placed[Connection]) -> str | None:
    """Return the connection whose key lists this one's, None where none does."""
    proof = placed.document.spec.proof
    return proof.listed_by if proof else None


async def _unheard(result: ProbeResult) -> None:
    """Do nothing with a result before all of them are there."""


async def probe(
    prober: Prober, wanted: Sequence[Target], progress: Progress | None = None, heard: Heard = _unheard
) -> dict[str, ProbeResult]:
    """Test every key once and return the results by connection; `heard` is told each as soon as it is there."""
    results: dict[str, ProbeResult] = {}

    async def one(target: Target) -> None:
        result = await prober.probe(target)
        results[target.name] = result
        await heard(result)
        if progress is not None:
            progress.tested(result, len(results), len(wanted))

    async with asyncio.TaskGroup() as tests:
        for target in wanted:
            tests.create_task(one(target))
    return {target.name: results[target.name] for target in wanted}
