"""The tree every file format is read into: ordered maps, lists and leaves, as SOPS sees them.

A comment is kept in its place, as a key of a map or an item of a list, so that rewriting loses none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from reconciler.errors import SecretRejected

# Far above any file a person keeps, far below what an expanded alias bomb needs.
MAX_DEPTH = 64
MAX_LEAVES = 20_000


@dataclass(eq=False, frozen=True, slots=True)
class Comment:
    """A comment; each one is its own key, whatever its text."""

    text: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp, as the text that counts for the MAC: RFC 3339, `Z` for offset 0."""

    text: str


Scalar: TypeAlias = "str | int | float | bool | bytes | Stamp | Comment | None"
Tree: TypeAlias = "dict[str | Comment, Node]"
Node: TypeAlias = "Scalar | Tree | list[Node]"
Path: TypeAlias = "tuple[str | int, ...]"
Visit: TypeAlias = "Callable[[Path, Scalar], Scalar]"


def plain_bytes(leaf: Scalar) -> bytes:
    """Return the bytes a leaf counts as, in the MAC and as a plaintext; null and comments count as nothing."""
    if leaf is None or isinstance(leaf, Comment):
        return b""
    if isinstance(leaf, bytes):
        return leaf
    if isinstance(leaf, Stamp):
        return leaf.text.encode()
    return (float_text(leaf) if isinstance(leaf, float) else str(leaf)).encode()


def float_text(number: float) -> str:
    """Write a float as Go does without an exponent: the shortest digits that read back the same."""
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "+Inf" if number > 0 else "-Inf"
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def mapped(node: Node, visit: Visit) -> Node:
    """Return a copy in which each leaf is what `visit` makes of it, in document order.

    Comments are left out of the copy, those that a leaf turns into as well.
    """
    return _mapped(node, visit, ())


def _mapped(node: Node, visit: Visit, path: Path) -> Node:
    if len(path) > MAX_DEPTH:
        raise SecretRejected(f"the file nests deeper than {MAX_DEPTH} levels")
    if isinstance(node, dict):
        pairs = ((k, _mapped(v, visit, (*path, k))) for k, v in node.items() if not isinstance(k, Comment))
        return {key: value for key, value in pairs if not isinstance(value, Comment)}
    if isinstance(node, list):
        items = (_mapped(item, visit, (*path, i)) for i, item in enumerate(node))
        return [item for item in items if not isinstance(item, Comment)]
    return node if isinstance(node, Comment) else visit(path, node)


def keys_of(path: Path) -> tuple[str, ...]:
    """Return the map keys of a path; list positions are no part of what SOPS authenticates."""
    return tuple(part for part in path if isinstance(part, str))


def dotted(path: Path) -> str:
    """Write a path as a reference does: `main.api_key`, `list.0`."""
    return ".".join(str(part) for part in path)
