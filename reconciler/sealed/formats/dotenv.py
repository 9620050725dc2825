"""Dotenv files: `KEY=value` lines, nothing trimmed or unquoted, the metadata flat under `sops_`."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.errors import SecretRejected
from reconciler.sealed.flat import flatten, unflatten
from reconciler.sealed.parsed import Parsed, bounded, text_of
from reconciler.sealed.tree import Comment, Tree

_PREFIX = "sops_"


def read(data: bytes) -> Parsed:
    """Read a dotenv file.

    Raises SecretRejected when a line is neither empty, a comment nor `KEY=value`, or a key is repeated.
    """
    tree: Tree = {}
    flat: dict[str, str] = {}
    for number, line in enumerate(text_of(data).split("\n"), 1):
        key, equals, value = line.partition("=")
        if line.startswith("#"):
            tree[Comment(line[1:])] = None
        elif line and not equals:
            raise SecretRejected(f"line {number} is not KEY=value")
        elif key in tree or key in flat:
            raise SecretRejected(f"line {number} repeats a key")
        elif key.startswith(_PREFIX):
            flat[key] = value
        elif line:
            tree[key] = value.replace("\\n", "\n")
    metadata = unflatten({key.removeprefix(_PREFIX): value for key, value in flat.items()}) if flat else None
    return Parsed([bounded(tree)], metadata)


def write(documents: Sequence[Tree], metadata: dict[str, object]) -> bytes:
    """Write a dotenv file.

    Raises SecretRejected when a key or value has no form in this format.
    """
    lines = []
    for key, value in documents[0].items():
        if isinstance(key, Comment):
            lines.append(f"#{key.text}")
            continue
        if not isinstance(value, str) or not key or key[0] == "#" or "=" in key or "\n" in key or "\\n" in value:
            raise SecretRejected("a key or value has no form in a dotenv file: use YAML")
        lines.append(f"{key}=" + value.replace("\n", "\\n"))
    lines += [f"{_PREFIX}{key}={value}" for key, value in flatten(metadata).items()]
    return ("\n".join(lines) + "\n").encode()
