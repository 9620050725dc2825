"""Output formats: what each file in `reporters/` says of itself, and how a text is to look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One output format: `id` is the word for `--output`, `suffix` what a file in it is called."""

    id: str
    summary: str
    suffix: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Style:
    """How wide a text may get, and whether it may have colour; formats for machines heed neither."""

    width: int = 100
    colour: bool = False
