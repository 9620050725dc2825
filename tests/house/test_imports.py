"""The law of directions: the contracts in pyproject.toml hold, and each of them would notice."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

# One breach for each contract: where it is planted, and what.
BREACHES = {
    "layers": ("kit/clock.py", "from reconciler.model import state"),
    "simulator-is-the-other-side": ("simulator/server.py", "from reconciler.exchanges import mexc"),
    "strangers-exchanges": ("exchanges/mexc.py", "from reconciler.exchanges import kucoin"),
    "strangers-secrets": ("secrets/age.py", "from reconciler.secrets import sops"),
    "strangers-policies": ("policies/naming.py", "from reconciler.policies import key_age"),
    "strangers-platforms": ("platforms/planted.py", "from reconciler.platforms import embedded"),
    "strangers-stores": ("stores/memory.py", "from reconciler.stores import sqlite"),
    "strangers-reporters": ("reporters/text.py", "from reconciler.reporters import json"),
    "strangers-simulated-exchanges": (
        "simulator/exchanges/mexc.py",
        "from reconciler.simulator.exchanges import kucoin",
    ),
    "strangers-commands": ("cli/commands/test.py", "from reconciler.cli.commands import drift"),
    "door-ccxt": ("engine/probe.py", "import ccxt.async_support"),
    "door-terminal": ("engine/plan.py", "import click"),
    "door-aiohttp": ("stores/memory.py", "import aiohttp"),
    "door-subprocess": ("engine/plan.py", "import subprocess"),
    "door-pydantic": ("kit/suggest.py", "import pydantic"),
    "door-yaml": ("policies/naming.py", "import yaml"),
    "door-cryptography": ("reporters/text.py", "from cryptography import fernet"),
    "door-sqlite": ("cli/publish.py", "import sqlite3"),
    "door-templates": ("cli/publish.py", "import jinja2"),
    "door-watchfiles": ("watch/loop.py", "import watchfiles"),
    "pure": ("prose/words.py", "import os"),
}


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules and names that are imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def contracts(root: Path) -> dict[str, str]:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {one["id"]: one["name"] for one in settings["tool"]["importlinter"]["contracts"]}


def test_every_import_contract_holds(root):
    done = lint(root)

    assert done.returncode == 0, done.stdout + done.stderr


def families(root: Path, trees: dict[Path, ast.Module]) -> set[str]:
    """Return every package that is scanned for plug-ins: those named in the modules that scan."""
    scanning = [tree for tree in trees.values() if "reconciler.kit.discover" in set(imported(tree))]
    texts = {node.value for tree in scanning for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    packages = {text for text in texts if isinstance(text, str) and re.fullmatch(r"reconciler(\.\w+)+", text)}
    return {package for package in packages if (root / package.replace(".", "/")).is_dir()}


def test_every_plug_in_family_is_watched(root, trees):
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    wildcards = {module for one in settings if one["type"] == "independence" for module in one["modules"]}

    found = families(root, trees)
    assert {f"{package}.*" for package in found} <= wildcards
    assert {"reconciler.exchanges", "reconciler.reporters", "reconciler.cli.commands"} <= found


@pytest.fixture(scope="module")
def verdicts(root, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(root / "reconciler", folder / "reconciler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", folder)
    for name, line in BREACHES.values():
        path = folder / "reconciler" / name
        path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    return lint(folder).stdout


@pytest.mark.parametrize("contract", BREACHES)
def test_a_planted_breach_is_caught(contract, root, verdicts):
    name = contracts(root)[contract]

    assert re.search(rf"^{re.escape(name)} BROKEN", verdicts, re.MULTILINE), verdicts


def test_every_contract_has_a_planted_breach(root):
    assert set(contracts(root)) == set(BREACHES)
