"""The law of sizes: a file answers one question, a function is a paragraph."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

LONGEST_FILE, LONG_FILE, MEDIAN_FILE = 400, 300, 110
LONGEST_FUNCTION = 50
DEEPEST_INDENT = 3
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def too_long(paths: list[Path]) -> list[str]:
    return [f"{path}: {length(path)} lines" for path in paths if length(path) > LONGEST_FILE]


def long_functions(tree: ast.Module) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
    sizes = {node: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    return [
        f"{node.name} (line {node.lineno}): {size} lines" for node, size in sizes.items() if size > LONGEST_FUNCTION
    ]


def deep_functions(tree: ast.Module) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
    return [f"{node.name} (line {node.lineno})" for node in functions if depth(node) > DEEPEST_INDENT]


def depth(node: ast.AST) -> int:
    """How many blocks stand inside each other; an `elif` is no deeper than its `if`."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*_FUNCTIONS, ast.ClassDef)):
            continue
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        deepest = max(deepest, depth(child) + (isinstance(child, _BLOCKS) and not is_elif))
    return deepest


def test_no_file_is_longer_than_it_may_be(sources, tests):
    assert too_long([*sources, *tests]) == []


def test_nearly_all_files_are_short(sources):
    long = [f"{path}: {length(path)} lines" for path in sources if length(path) > LONG_FILE]

    assert len(long) <= len(sources) * 0.05, long


def test_the_median_file_is_short(sources):
    assert statistics.median(map(length, sources)) < MEDIAN_FILE


def test_no_function_is_longer_than_it_may_be(trees):
    assert {path: long for path, tree in trees.items() if (long := long_functions(tree))} == {}


def test_no_function_is_indented_deeper_than_it_may_be(trees):
    assert {path: deep for path, tree in trees.items() if (deep := deep_functions(tree))} == {}


def test_a_planted_file_and_function_are_caught(planted):
    path = planted("long.py", "def long():\n" + "    x = 1\n" * 400)
    deep = "def f():\n if a:\n  if b:\n   for c in d:\n    with e:\n     pass\n"
    flat = "def f():\n if a:\n  pass\n elif b:\n  pass\n elif c:\n  pass\n elif d:\n  pass\n else:\n  pass\n"

    assert too_long([path]) == [f"{path}: 401 lines"]
    assert long_functions(ast.parse(path.read_text())) == ["long (line 1): 401 lines"]
    assert deep_functions(ast.parse(deep)) == ["f (line 1)"]
    assert deep_functions(ast.parse(flat)) == []
