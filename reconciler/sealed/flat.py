"""How dotenv and INI files carry nested metadata: `age__list_0__map_enc`, one text per line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from reconciler.errors import SecretRejected

_PART = re.compile(r"__(map|list)_")
_MAX_PARTS = 12


def flatten(fields: Mapping[str, object]) -> dict[str, str]:
    """Return each leaf of the metadata under its flat name, as text on one line."""
    return {name: value.replace("\n", "\\n") for key, inner in fields.items() for name, value in _flat(key, inner)}


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}__map_{key}", inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _flat(f"{name}__list_{at}", inner)
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)


def unflatten(pairs: Mapping[str, str]) -> dict[str, object]:
    """Return the nested metadata of flat names.

    Raises SecretRejected when names contradict each other or list positions have gaps.
    """
    root: dict[str, object] = {}
    for name, value in pairs.items():
        _put(root, name, value.replace("\\n", "\n"))
    return cast("dict[str, object]", _lists(root))


def _put(root: dict[str, object], name: str, value: str) -> None:
    # ["age", "list", "0", "map", "enc"]: a first key, then pairs of kind and key.
    parts = _PART.split(name)
    steps = [("map", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    if len(steps) > _MAX_PARTS:
        raise SecretRejected("the flat metadata nests too deeply")
    here = root
    for kind, key in steps[:-1]:
        inner = here.setdefault(f"{kind} {key}", {})
        if not isinstance(inner, dict):
            raise SecretRejected("the flat metadata contradicts itself")
        here = inner
    last = " ".join(steps[-1])
    if last in here:
        raise SecretRejected("the flat metadata contradicts itself")
    here[last] = value


def _lists(node: object) -> object:
    if not isinstance(node, dict):
        return node
    kinds = {key.partition(" ")[0] for key in node}
    inner = {key.partition(" ")[2]: _lists(value) for key, value in node.items()}
    if kinds == {"map"}:
        return inner
    positions = [str(at) for at in range(len(inner))]
    if kinds != {"list"} or sorted(inner) != sorted(positions):
        raise SecretRejected("a list in the flat metadata has gaps")
    return [inner[at] for at in positions]
