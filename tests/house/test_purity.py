"""The laws that imports alone do not show: time, printing, servers, and what the lowest layers may use."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LOW = ("kit", "values", "errors.py")
# Deciding code takes the time as an argument; only the clock itself may ask the machine.
CLOCKS = frozenset({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"})
SLEEPS = frozenset({"asyncio.sleep", "time.sleep"})
CLOCKLESS = ("engine", "model", "values", "documents", "exchanges", "policies", "prose", "reporters")
SERVERS = ("simulator", "watch")


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what is called, as `name` or `object.name`, and the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield every module that is imported, whole names, and the line; relative imports by their dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield module, node.lineno
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def timed(tree: ast.AST) -> list[str]:
    """Return the places where code asks the machine for the time, or sleeps."""
    wrong = CLOCKS | SLEEPS
    return [f"line {line}: {name}" for name, line in calls(tree) if ".".join(name.split(".")[-2:]) in wrong]


def printing(tree: ast.AST) -> list[str]:
    """Return the places that write to the standard streams."""
    wrong = {"print", "sys.stdout.write", "sys.stderr.write"}
    return [f"line {line}: {name}" for name, line in calls(tree) if name in wrong]


def serving(tree: ast.AST) -> list[str]:
    """Return the places that import aiohttp's server."""
    return [f"line {line}: {name}" for name, line in imported(tree) if name.startswith("aiohttp.web")]


def foreign(tree: ast.AST) -> list[str]:
    """Return the imports that are neither ours nor of the standard library."""
    ours = sys.stdlib_module_names | {"reconciler"}
    return [f"line {line}: {name}" for name, line in imported(tree) if name.split(".")[0] not in ours]


def within(root: Path, path: Path, parts: tuple[str, ...]) -> bool:
    return path.relative_to(root / "reconciler").parts[0] in parts


def test_deciding_code_never_asks_for_the_time(root, trees):
    found = {path: timed(tree) for path, tree in trees.items() if within(root, path, CLOCKLESS) and timed(tree)}

    assert found == {}


def test_only_the_command_line_prints(root, trees):
    found = {
        path: printing(tree) for path, tree in trees.items() if not within(root, path, ("cli",)) and printing(tree)
    }

    assert found == {}


def test_only_the_simulator_and_the_loop_serve_http(root, trees):
    found = {path: serving(tree) for path, tree in trees.items() if not within(root, path, SERVERS) and serving(tree)}

    assert found == {}


def test_the_lowest_layers_use_the_standard_library_only(root, trees):
    found = {path: foreign(tree) for path, tree in trees.items() if within(root, path, LOW) and foreign(tree)}
    # A Secret shows itself to pydantic, which is imported only when pydantic asks.
    allowed = found.pop(root / "reconciler" / "values" / "secret.py", [])

    assert found == {}
    assert all("pydantic_core" in place for place in allowed)


def test_planted_breaches_are_caught():
    tree = ast.parse(
        "import datetime, time, asyncio\n"
        "from aiohttp import web\n"
        "import pyrage\n"
        "datetime.datetime.now()\n"
        "time.time()\n"
        "asyncio.sleep(1)\n"
        "print('x')\n"
    )

    assert timed(tree) == ["line 4: datetime.datetime.now", "line 5: time.time", "line 6: asyncio.sleep"]
    assert printing(tree) == ["line 7: print"]
    assert serving(tree) == ["line 2: aiohttp.web"]
    assert foreign(tree) == ["line 2: aiohttp", "line 2: aiohttp.web", "line 3: pyrage"]
