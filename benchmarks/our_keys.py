"""The measured process of `probing`, our side: tests every key of a task as a run does, without waiting for limits."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from reconciler import wiring
from reconciler.kit.clock import SystemClock
from reconciler.model.probe import ProbeResult, Status, Target
from reconciler.probing.prober import CcxtProber
from reconciler.values.secret import Credentials, Secret


def main(file: str) -> None:
    """Test the keys and print CPU seconds and requests."""
    task = json.loads(Path(file).read_text(encoding="utf-8"))
    targets = [_target(task["exchange"], number, key) for number, key in enumerate(task["keys"])]
    wiring.exchanges()  # read once a run, however many keys there are
    began = time.process_time()
    results = asyncio.run(_tested(task["url"], targets))
    cpu = time.process_time() - began
    wrong = [result for result in results if result.status is not Status.ONLINE]
    if wrong:
        sys.exit(f"{len(wrong)} of {len(results)} keys did not pass: {wrong[0].diagnosis}: {wrong[0].message}")
    print(json.dumps({"cpu": cpu, "requests": sum(result.requests for result in results)}))


async def _tested(url: str, targets: Sequence[Target]) -> Sequence[ProbeResult]:
    prober = CcxtProber(wiring.exchanges(), clock=SystemClock(), base_url=lambda exchange, environment: url)
    try:
        return await asyncio.gather(*(prober.probe(target) for target in targets))
    finally:
        await prober.close()


def _target(exchange: str, number: int, key: dict[str, str]) -> Target:
    passphrase = Secret(key["passphrase"]) if key.get("passphrase") else None
    credentials = Credentials(Secret(key["apiKey"]), Secret(key["secret"]), passphrase)
    return Target(f"{exchange}-{number}", exchange, "simulator", ("spot",), ("read", "trade"), credentials)


if __name__ == "__main__":
    main(sys.argv[1])
