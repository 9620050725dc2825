"""JSON files: one object, order kept, the metadata under `sops`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from reconciler.errors import SecretRejected
from reconciler.sealed.parsed import Parsed, bounded, text_of
from reconciler.sealed.tree import Node, Tree


def read(data: bytes) -> Parsed:
    """Read a JSON file.

    Raises SecretRejected when it is no JSON object or repeats a key.
    """
    try:
        root = json.loads(text_of(data), object_pairs_hook=_object, parse_int=_integer, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise SecretRejected("the file is not valid JSON") from None
    if not isinstance(root, dict):
        raise SecretRejected("the file is not a JSON object")
    metadata = root.pop("sops", None)
    return Parsed([bounded(cast("Tree", root))], metadata)


def _object(pairs: list[tuple[str, Node]]) -> dict[str, Node]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise SecretRejected("the file repeats a key")
    return result


def _integer(digits: str) -> int | float:
    if len(digits) > 400:
        raise ValueError("too long a number")
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else float(digits)


def _refuse(name: str) -> None:
    raise ValueError(name)


def write(documents: Sequence[Tree], metadata: dict[str, object]) -> bytes:
    """Write a JSON file, indented by tabs as SOPS does."""
    root = {**documents[0], "sops": metadata}
    try:
        return (json.dumps(root, indent="\t", ensure_ascii=False, allow_nan=False) + "\n").encode()
    except (TypeError, ValueError):
        raise SecretRejected("the values cannot be written as JSON") from None
