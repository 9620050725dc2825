"""What a kind of secret reference says of itself, before any secret is opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of reference: its word in a manifest, what it is for, and whether it names a `key` inside its file."""

    id: str
    summary: str
    keyed: bool
