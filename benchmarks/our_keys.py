"""The measured process of `probing` and `fleet`, our side: tests every key of a task in one run, as a pass does."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import peak_bytes
from reconciler import wiring
from reconciler.kit.clock import SystemClock
from reconciler.model.probe import ProbeResult, Status, Target
from reconciler.probing.prober import CcxtProber
from reconciler.probing.venue import Pace
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret


def main(file: str) -> None:
    """Test the keys and print CPU and elapsed seconds, requests and peak memory."""
    task = json.loads(Path(file).read_text(encoding="utf-8"))
    targets = [_target(number, key) for number, key in enumerate(task["keys"])]
    for exchange in {target.exchange for target in targets}:
        wiring.exchanges()[exchange]  # read once a run, however many keys there are
    cpu, began = time.process_time(), time.monotonic()
    results = asyncio.run(_tested(task["urls"], targets, Pace(limits_simulator=task["is_limited"])))
    told = {"cpu": time.process_time() - cpu, "seconds": time.monotonic() - began, "peak": peak_bytes()}
    if wrong := [result for result in results if result.status is not _best(result.exchange)]:
        sys.exit(f"{len(wrong)} of {len(results)} keys did not pass: {wrong[0].exchange}: {wrong[0].message}")
    print(json.dumps({**told, "requests": sum(result.requests for result in results)}))


def _best(exchange: str) -> Status:
    """Say how a good key ends: where the exchange never rules withdrawal out, it stays unverified."""
    can_clear = wiring.exchanges()[exchange].can_prove(Right.WITHDRAW, Verdict.DENIED)
    return Status.ONLINE if can_clear else Status.UNVERIFIED


async def _tested(urls: Mapping[str, str], targets: Sequence[Target], pace: Pace) -> Sequence[ProbeResult]:
    clock = SystemClock()
    prober = CcxtProber(wiring.exchanges(), clock=clock, base_url=lambda exchange, _: urls[exchange], pace=pace)
    try:
        return await asyncio.gather(*(prober.probe(target) for target in targets))
    finally:
        await prober.close()


def _target(number: int, key: Mapping[str, str]) -> Target:
    passphrase = Secret(key["passphrase"]) if key.get("passphrase") else None
    credentials = Credentials(Secret(key["apiKey"]), Secret(key["secret"]), passphrase)
    name = f"{key['exchange']}-{number}"
    wanted = ("spot",), ("read", "trade")
    return Target(name, key["exchange"], "simulator", *wanted, credentials, account=key["account"])


if __name__ == "__main__":
    main(sys.argv[1])
