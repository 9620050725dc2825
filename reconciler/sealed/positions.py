"""Where the values of an encrypted file stand: worked out only when there is something to point at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import yaml

from reconciler.errors import SecretRejected
from reconciler.model.secret_scheme import Flaw
from reconciler.sealed.formats.yaml import compose, key_of
from reconciler.sealed.parsed import text_of

Place = tuple[int, int]


def placed(flaws: Iterable[Flaw], data: bytes, format_name: str) -> list[Flaw]:
    """Return flaws with the place of their values, as far as it can be told; those of the file stay without one."""
    places = positions(data, format_name)
    return [
        replace(flaw, line=places[flaw.key][0], column=places[flaw.key][1]) if flaw.key in places else flaw
        for flaw in flaws
    ]


def positions(data: bytes, format_name: str) -> Mapping[str, Place]:
    """Return line and column of each value by dotted key, counted from 1; empty where the format tells none."""
    if format_name == "dotenv":
        return _dotenv(text_of(data))
    if format_name == "ini":
        return {}
    found: dict[str, Place] = {}
    try:
        # JSON is read as YAML here: its values stand at the same places.
        for root in compose(text_of(data)):
            if root is not None:
                _walk(root, found)
    except SecretRejected:
        # What this reader cannot follow has no places from there on.
        pass
    return found


def _dotenv(text: str) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for number, line in enumerate(text.split("\n"), 1):
        key, equals, _ = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, (number, len(key) + 2))
    return found


def _walk(root: yaml.Node, found: dict[str, Place]) -> None:
    pending: list[tuple[str, yaml.Node]] = [("", root)]
    seen: set[int] = set()
    while pending:
        name, node = pending.pop()
        if isinstance(node, yaml.ScalarNode):
            found.setdefault(name, (node.start_mark.line + 1, node.start_mark.column + 1))
            continue
        # An alias leads to a node that was walked already; once is enough to point at it.
        if id(node) in seen:
            continue
        seen.add(id(node))
        above = f"{name}." if name else ""
        if isinstance(node, yaml.MappingNode):
            pending += [(above + key_of(key), value) for key, value in node.value]
        else:
            pending += [(f"{above}{at}", item) for at, item in enumerate(node.value)]
