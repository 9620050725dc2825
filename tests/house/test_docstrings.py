"""The law of docstrings: whatever is public says what it is for, in a full sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def silent(tree: ast.Module) -> list[str]:
    """Return the public things without a docstring, or whose first line is no sentence."""
    found = [] if _speaks(tree) else ["module"]
    return found + [f"{node.name} (line {node.lineno})" for node in _public(tree) if not _speaks(node)]


def _public(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    # What is defined inside a function is nobody else's.
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _DEFINITIONS) and not child.name.startswith("_"):
            if not _is_overload(child):
                yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)


def _is_overload(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in getattr(node, "decorator_list", []))


def _speaks(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    text = ast.get_docstring(node) or ""
    first = text.split("\n")[0]
    return len(first) > 10 and first[0].upper() == first[0] and (text.split("\n\n")[0].endswith((".", ":", "?", "!")))


def test_everything_public_says_what_it_is_for(trees):
    assert {str(path): quiet for path, tree in trees.items() if (quiet := silent(tree))} == {}


def test_planted_silence_is_caught():
    tree = ast.parse(
        "def public(): pass\n"
        "def _private(): pass\n"
        "class Public:\n    '''Is a class for tests.'''\n    def method(self): '''no sentence'''\n"
        "def outer():\n    '''Says what it is for.'''\n    def inner(): pass\n"
    )

    assert silent(tree) == ["module", "public (line 1)", "method (line 5)"]
