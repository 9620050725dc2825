"""The directory: which exchange file answers for which id.

It is generated from the files, so that a run knows every id there is without importing any of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known of exchanges before any file is imported: for each variant, the file that answers for it."""

    variants: Mapping[str, str] = field(default_factory=dict)


def read(text: str) -> Directory:
    """Read the generated file."""
    return Directory(variants=json.loads(text)["variants"])


def render(directory: Directory) -> str:
    """Write the generated file, one id a line, so that a change of one shows as one."""
    return "{\n" + ",\n".join(_section("variants", directory.variants.items())) + "\n}\n"


def _section(name: str, entries: Iterable[tuple[str, object]]) -> list[str]:
    lines = [f"    {json.dumps(id)}: {json.dumps(entry)}" for id, entry in sorted(entries)]
    return [f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }"]
