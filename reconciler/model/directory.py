"""The directory: which exchange file answers for which id, and what ccxt says of the ids that have none.

It is generated from the files and from ccxt, so that a run knows every id there is without importing either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Listed:
    """What ccxt says of an exchange without a file: its markets, its unified calls, the pause between requests."""

    title: str
    markets: tuple[str, ...]
    calls: tuple[str, ...]
    pause_ms: float
    needs_passphrase: bool = False


@dataclass(frozen=True, slots=True)
class Provable:
    """Which rights the answers of an exchange show: either way, only where they are granted, and never."""

    either: tuple[str, ...]
    granted: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known of exchanges before any file is imported.

    `provable` has an entry for each file, `variants` names for each the file that answers for it; `refused` tells of
    ids that no key can be declared for, with the reason.
    """

    provable: Mapping[str, Provable] = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Listed] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def file_of(self, id: str) -> str | None:
        """Return the file that answers for an id, None where there is none."""
        return id if id in self.provable else self.variants.get(id)


def read(text: str) -> Directory:
    """Read the generated file."""
    told = json.loads(text)
    return Directory(
        provable={id: Provable(*map(tuple, entry)) for id, entry in told["provable"].items()},
        variants=told["variants"],
        others={id: _listed(entry) for id, entry in told["others"].items()},
        refused=told["refused"],
    )


def _listed(entry: Mapping[str, Any]) -> Listed:
    return Listed(**{**entry, "markets": tuple(entry["markets"]), "calls": tuple(entry["calls"])})


def render(directory: Directory) -> str:
    """Write the generated file, one id a line, so that a change of one shows as one."""
    others = {id: asdict(listed) for id, listed in directory.others.items()}
    provable = {id: [one.either, one.granted, one.never] for id, one in directory.provable.items()}
    named = {"provable": provable, "variants": directory.variants, "others": others, "refused": directory.refused}
    return "{\n" + ",\n".join(_section(name, entries) for name, entries in named.items()) + "\n}\n"


def _section(name: str, entries: Mapping[str, object]) -> str:
    lines = [f"    {json.dumps(id)}: {json.dumps(entries[id])}" for id in sorted(entries)]
    return f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }"
