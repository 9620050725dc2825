"""What the tests of manifests share: writing files, loading them, and one document of each kind that is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.manifests.load import load

CONNECTION = """\
apiVersion: reconciler/v1
kind: Connection
metadata: {name: mexc-spot-main}
spec:
  exchange: mexc
  markets: [spot]
  credentials: {sops: secrets/mexc.sops.yaml, key: main}
"""
BINDING = """\
apiVersion: reconciler/v1
kind: StrategyBinding
metadata: {name: spot-grid}
spec:
  connection: mexc-spot-main
  strategy: grid
  market: spot
  pairs: [BTC/USDT]
"""


@pytest.fixture
def connection() -> str:
    """Return a valid connection."""
    return CONNECTION


@pytest.fixture
def binding() -> str:
    """Return a valid binding to that connection."""
    return BINDING


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return an empty folder for manifests."""
    path = tmp_path / "connections.d"
    path.mkdir()
    return path


@pytest.fixture
def loaded(folder, known) -> Callable:
    """Return a function that writes texts as files and loads them."""

    def read(*texts: str | bytes, **strategies):
        for number, text in enumerate(texts):
            data = text if isinstance(text, bytes) else text.encode()
            (folder / f"{number:03}.yaml").write_bytes(data)
        return load([folder], root=folder.parent, known=known, **strategies)

    return read


@pytest.fixture
def told(loaded) -> Callable:
    """Return a function that gives the findings of one text as `rule line:column`."""

    def read(*texts: str | bytes) -> list[str]:
        return [f"{one.rule} {one.location.line}:{one.location.column}" for one in loaded(*texts).findings]

    return read
