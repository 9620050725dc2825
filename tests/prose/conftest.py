"""The reports of the output formats, for the parts that texts are made of."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def nouns() -> SimpleNamespace:
    """Everything `tests/reporters/cases.py` defines."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "reporters" / "cases.py")))
