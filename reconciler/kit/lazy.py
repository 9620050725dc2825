"""A mapping whose values are made when they are asked for, so that start-up pays only for what a command uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")
W = TypeVar("W")


class LazyMapping(Mapping[str, V]):
    """Knows its keys from the start and makes each value once."""

    def __init__(self, keys: Iterable[str], make: Callable[[str], V]) -> None:
        self._make = make
        self._made: dict[str, V] = {}
        self._keys = tuple(keys)

    def __getitem__(self, key: str) -> V:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def mapped(self, take: Callable[[V], W]) -> LazyMapping[W]:
        """Return the same keys with a part of each value, made as late."""
        return LazyMapping(self._keys, lambda key: take(self[key]))
