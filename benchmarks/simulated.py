"""The process that plays the exchanges in `probing`, trading as many markets as it is told."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from reconciler.simulator.foreground import run
from reconciler.simulator.server import Simulator


def main(ready_file: str, markets: str) -> None:
    """Serve until told to stop."""
    asyncio.run(run(Simulator(markets=int(markets)), ready_file=Path(ready_file), say=lambda line: None))


if __name__ == "__main__":
    main(*sys.argv[1:])
