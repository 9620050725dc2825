"""One YAML document to plain data, in one walk over libyaml's events, with every mistake marked on the way.

Events and not nodes: nothing recurses, so depth, size and alias bounds hold before anything is built, and the place
of a token is at hand exactly when something is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from reconciler.errors import OperationalError
from reconciler.manifests import syntax
from reconciler.manifests.mistakes import Mark
from reconciler.manifests.scalars import Data, NoNumber, Scalar, resolve

try:
    from yaml._yaml import CParser
except ImportError as error:
    raise OperationalError(
        "PyYAML was built without libyaml", hint="run: pip install --force-reinstall --only-binary=:all: PyYAML"
    ) from error

MAX_DEPTH = 32
MAX_VALUES = 10_000
MAX_ALIASES = 20
_NOTHING: Any = object()
_Node = ScalarEvent | MappingStartEvent | SequenceStartEvent


@dataclass(slots=True)
class Composed:
    """The data of a document; `is_whole` is False where reading had to stop, `is_empty` where nothing was written.

    `values` is how many values were read, those behind aliases counted each time.
    """

    data: Data = None
    line: int = 0
    column: int = 0
    is_whole: bool = False
    is_empty: bool = True
    values: int = 0
    marks: list[Mark] = field(default_factory=list)


class _Stop(Exception):
    """The document cannot be read any further."""


def compose(text: bytes) -> Composed:
    """Read one document from UTF-8 text; nothing is raised, whatever the text holds."""
    walk = _Walk()
    try:
        next_event = CParser(text).get_event
        while (event := next_event()) is not None:
            _STEPS[type(event)](walk, event)
    except YAMLError as error:
        walk.marks.append(syntax.explain(error, text))
    except _Stop:
        pass
    else:
        walk.result.is_whole = True
    walk.result.values = walk.values
    return walk.result


class _Walk:
    """The state of one walk: the containers that are open, and what the bounds count."""

    def __init__(self) -> None:
        self.result = Composed()
        self.marks = self.result.marks
        self._open: list[Any] = []
        self._keys: list[Any] = []
        self._container: Any = None
        self._key: Any = _NOTHING
        self.values = 0
        self._aliases = 0
        # Of each anchor: its data, how many values that holds, how many levels; None while its end is not seen.
        self._anchors: dict[str, tuple[Any, int, int] | None] = {}
        self._anchored: list[tuple[str | None, int]] = []
        # The levels seen below each open container; the first stands for what is around the root.
        self._heights = [0]

    def skip(self, event: Event) -> None:
        """Pass over an event that says nothing."""

    def start_map(self, event: MappingStartEvent) -> None:
        """Open a map."""
        self._start(event, {})

    def start_list(self, event: SequenceStartEvent) -> None:
        """Open a list."""
        self._start(event, [])

    def document(self, event: DocumentStartEvent) -> None:
        """Begin the one document."""
        if not self.result.is_empty:
            told = "a second document begins without ---"
            self._stop("syntax", event, told, "put --- on a line of its own before it")
        if event.version or event.tags:
            self._mark("directive", event, "a YAML directive", "remove the line; manifests are YAML 1.2")

    def scalar(self, event: ScalarEvent) -> None:
        """Take in a field name or a plain value."""
        if event.tag is not None:
            self._tag(event)
        text = event.value
        if type(self._container) is dict and self._key is _NOTHING:
            self._take_key(text, event)
            return
        value: Scalar = text
        if not event.style and event.tag is None:
            try:
                value = resolve(text)
            except NoNumber:
                self._mark("number", event, "this number has no exact meaning", "quote it to have it as text")
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, 0)
        self._place(value, event)

    def _take_key(self, text: str, event: ScalarEvent) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, 1, 0)
        if text == "<<" and not event.style:
            self._mark("merge-key", event, "merge keys are not supported", "write the fields out")
        elif text in self._container:
            self._mark("duplicate-key", event, "this field stands here for the second time", "keep one of the two")
        self._key = text

    def _start(self, event: MappingStartEvent | SequenceStartEvent, container: Data) -> None:
        if event.tag is not None:
            self._tag(event)
        if type(self._container) is dict and self._key is _NOTHING:
            self._stop("key", event, "a field name must be one word of text", "remove the brackets around it")
        if len(self._open) >= MAX_DEPTH:
            self._stop("size", event, f"more than {MAX_DEPTH} levels deep", "write it flatter")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._place(container, event)
        self._anchored.append((event.anchor, self.values))
        self._heights.append(0)
        self._open.append(self._container)
        self._keys.append(self._key)
        self._container, self._key = container, _NOTHING

    def end(self, event: Event) -> None:
        """Close the innermost map or list."""
        done = self._container
        self._container, self._key = self._open.pop(), self._keys.pop()
        anchor, before = self._anchored.pop()
        height = self._heights.pop() + 1
        self._heights[-1] = max(self._heights[-1], height)
        if anchor is not None:
            self._anchors[anchor] = (done, self.values - before + 1, height)

    def alias(self, event: AliasEvent) -> None:
        """Repeat what stands at an anchor, within the bounds."""
        self._aliases += 1
        name = event.anchor or ""
        known = self._anchors.get(name)
        if known is None:
            inside = name in self._anchors
            told = "this alias stands inside its own anchor" if inside else "no anchor of this name stands above"
            self._stop("alias", event, told, "write the value out")
        if self._aliases > MAX_ALIASES:
            self._stop(
                "alias", event, f"more than {MAX_ALIASES} aliases", "write the values out, or split the document"
            )
        if type(self._container) is dict and self._key is _NOTHING:
            self._stop("key", event, "a field name must be one word of text", "write the name out")
        value, size, height = known
        if len(self._open) + height > MAX_DEPTH:
            self._stop("size", event, f"more than {MAX_DEPTH} levels deep", "write it flatter")
        self._heights[-1] = max(self._heights[-1], height)
        self.values += size - 1
        self._place(value, event)

    def _place(self, value: Data, event: Event) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._stop("size", event, f"more than {MAX_VALUES:,} values in one document", "split it")
        container = self._container
        if container is None:
            self._root(value, event)
        elif type(container) is list:
            container.append(value)
        else:
            # The first of two equal fields stays, so that places lead to where it stands.
            container.setdefault(self._key, value)
            self._key = _NOTHING

    def _root(self, value: Data, event: Event) -> None:
        result = self.result
        result.data, (result.line, result.column) = value, _place_of(event)
        if isinstance(event, ScalarEvent):
            # An anchor or a tag is something that was written, even without a value behind it.
            result.is_empty = value is None and event.value == "" and event.anchor is None and event.tag is None
        else:
            result.is_empty = False

    def _tag(self, event: _Node) -> None:
        self._mark("tag", event, "an explicit tag", "remove the tag; manifests are plain data")

    def _mark(self, rule: str, event: Event, message: str, remedy: str) -> None:
        self.marks.append(Mark(rule, *_place_of(event), message, remedy))

    def _stop(self, rule: str, event: Event, message: str, remedy: str) -> NoReturn:
        self._mark(rule, event, message, remedy)
        raise _Stop


def _place_of(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


# One table for all walks: bound methods would tie each walk into a cycle that only the collector can undo.
_STEPS: Mapping[type[Event], Callable[[_Walk, Any], None]] = {
    ScalarEvent: _Walk.scalar,
    MappingStartEvent: _Walk.start_map,
    MappingEndEvent: _Walk.end,
    SequenceStartEvent: _Walk.start_list,
    SequenceEndEvent: _Walk.end,
    AliasEvent: _Walk.alias,
    DocumentStartEvent: _Walk.document,
    DocumentEndEvent: _Walk.skip,
    StreamStartEvent: _Walk.skip,
    StreamEndEvent: _Walk.skip,
}
