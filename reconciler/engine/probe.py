"""Testing many keys at once; how many run together is the prober's own affair."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from reconciler.documents.connection import Connection
from reconciler.model.manifest import Placed
from reconciler.model.ports import Prober, Progress
from reconciler.model.probe import ProbeResult, Target
from reconciler.values.secret import Credentials


def targets(
    connections: Sequence[Placed[Connection]], credentials: Mapping[str, Credentials], egress: tuple[str, ...] = ()
) -> tuple[Target, ...]:
    """Say what is to be tested, from which addresses; connections whose secrets did not open are left out."""
    return tuple(
        Target(
            name=placed.name,
            exchange=placed.document.spec.exchange,
            environment=placed.document.spec.environment,
            markets=placed.document.spec.markets,
            permissions=placed.document.spec.permissions,
            credentials=credentials[placed.name],
            ip_allowlist=placed.document.spec.ip_allowlist,
            egress=egress,
            account=placed.document.spec.account,
        )
        for placed in connections
        if placed.name in credentials
    )


async def probe(prober: Prober, wanted: Sequence[Target], progress: Progress | None = None) -> dict[str, ProbeResult]:
    """Test every key once and return the results by connection."""
    results: dict[str, ProbeResult] = {}

    async def one(target: Target) -> None:
        result = await prober.probe(target)
        results[target.name] = result
        if progress is not None:
            progress.tested(result, len(results), len(wanted))

    async with asyncio.TaskGroup() as tests:
        for target in wanted:
            tests.create_task(one(target))
    return {target.name: results[target.name] for target in wanted}
