"""Where a document stands: its text is kept, and places are worked out only when somebody asks for one."""

from __future__ import annotations

from functools import lru_cache

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from reconciler.manifests.compose import MAX_DEPTH
from reconciler.manifests.mistakes import Path
from reconciler.manifests.raw import Chunk
from reconciler.values.location import Location

_Node = ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent
_Place = tuple[int, int]
# The places of one document: of each field's value, and of each field's name.
_Places = tuple[dict[Path, _Place], dict[Path, _Place]]


class TextSource:
    """One document in one file; a million fields cost nothing until one of them is asked for."""

    __slots__ = ("_chunk", "file")

    def __init__(self, file: str, chunk: Chunk) -> None:
        self.file = file
        self._chunk = chunk

    def where(self, *path: str | int) -> Location:
        """Return the place of a field's value; the nearest ancestor's name if it is absent."""
        values, _ = _places(self._chunk)
        return self._at(values[path]) if path in values else self.name_of(*path[:-1])

    def name_of(self, *path: str | int) -> Location:
        """Return the place of a field's name; of a list item itself, and of the nearest ancestor if it is absent."""
        values, names = _places(self._chunk)
        while path and path not in names and path not in values:
            path = path[:-1]
        return self._at(names.get(path) or values.get(path) or (0, 0))

    def _at(self, place: _Place) -> Location:
        return Location(self.file, self._chunk.lines_before + place[0] + 1, place[1] + 1)


@lru_cache(maxsize=8)
def _places(chunk: Chunk) -> _Places:
    walk = _Walk()
    try:
        parser = CParser(chunk.text)
        while (event := parser.get_event()) is not None and walk.depth <= MAX_DEPTH:
            walk.take(event)
    except YAMLError:
        # A document that breaks off has places up to there.
        pass
    return walk.values, walk.names


class _Walk:
    """Follows the events of a document and notes where each field stands."""

    def __init__(self) -> None:
        self.values: dict[Path, _Place] = {}
        self.names: dict[Path, _Place] = {}
        # Of each open container its path, and the next step: a field name, the next number, or None before a name.
        self._open: list[tuple[Path, str | int | None]] = []

    @property
    def depth(self) -> int:
        """How many containers are open."""
        return len(self._open)

    def take(self, event: Event) -> None:
        """Take in the next event."""
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._open.pop()
        elif isinstance(event, _Node):
            self._node(event)

    def _node(self, event: _Node) -> None:
        mark = event.start_mark
        place = (mark.line, mark.column) if mark else (0, 0)
        path: Path = ()
        if self._open:
            above, step = self._open.pop()
            if step is None:
                name = event.value if isinstance(event, ScalarEvent) else ""
                self.names.setdefault((*above, name), place)
                self._open.append((above, name))
                return
            path = (*above, step)
            self._open.append((above, step + 1 if isinstance(step, int) else None))
        self.values.setdefault(path, place)
        if isinstance(event, MappingStartEvent):
            self._open.append((path, None))
        elif isinstance(event, SequenceStartEvent):
            self._open.append((path, 0))
