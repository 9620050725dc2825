"""The libraries that the adapters want are those that are installed: without it, every test of one would be skipped."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

from reconciler.simulator.server import simulated

ROOT = Path(__file__).parents[2]
ADAPTERS = Path(__file__).parent / "adapters"


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def packages():
    """Return the package that each adapter wants, by exchange; no library is imported for it."""
    found = {}
    for path in ADAPTERS.glob("*.py"):
        spec = importlib.util.spec_from_file_location(f"adapter_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[path.stem] = plain(module.PACKAGE)
    return found


def test_every_adapter_is_of_a_simulated_exchange():
    assert packages().keys() <= set(simulated())


def test_nearly_every_exchange_has_a_second_witness():
    assert len(packages()) >= 8


def test_every_library_is_in_the_group_that_is_installed_and_no_other():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    group = {plain(re.split(r"[<>=!~\[ ]", line)[0]) for line in settings["clients"]}

    assert set(packages().values()) == group


def test_every_library_has_a_pinned_version():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {plain(line.partition("==")[0]) for line in lines if "==" in line}

    assert set(packages().values()) <= pinned
