"""What differs between two states of the manifests: each document with its direction, what is wider first."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.kit.terminal import Ink, cells, fold, harmless, pad, paint
from reconciler.model.comparison import Comparison, Difference, Direction, Part, Step
from reconciler.model.format import Style
from reconciler.prose.changes import shown
from reconciler.prose.words import number, said

MARKS: dict[Direction, tuple[str, Ink | None]] = {
    Direction.WIDER: ("▲", Ink.BAD),
    Direction.NARROWER: ("▼", Ink.GOOD),
    Direction.NEUTRAL: ("·", Ink.QUIET),
}


def comparison(compared: Comparison, style: Style) -> list[str]:
    """Show each document that differs: its direction, what became of it, and every part of that."""
    widest = min(max((cells(harmless(one.name)) for one in compared.differences), default=0), style.width // 2)
    return [line for one in compared.differences for line in _difference(one, widest, style)]


def _difference(one: Difference, widest: int, style: Style) -> Iterator[str]:
    mark, ink = MARKS[one.direction]
    place = harmless(str(one.location))
    came_from = f"  (was {harmless(one.moved_from)})" if one.moved_from else ""
    head = f"{mark} {one.direction:<8}  {one.step:<7}  {one.kind:<15}  {pad(harmless(one.name), widest)}{came_from}"
    lines = fold(f"{head}  {place}", style.width, indent="    ")
    yield paint(mark, ink, colour=style.colour) + lines[0][len(mark) :]
    yield from lines[1:]
    for part in one.parts:
        mark, ink = MARKS[part.direction]
        first, *others = fold(f"    {mark} {told(part, one.step)}", style.width, indent="        ")
        yield first.replace(mark, paint(mark, ink, colour=style.colour), 1)
        yield from others


def told(part: Part, step: Step) -> str:
    """Say in one line what a part is: the field, from what to what, and why that matters."""
    if not part.path:
        return said(part.why)
    is_secret = part.path.startswith("spec.credentials.") and not part.path.endswith(".recipients")
    if (is_secret and part.before == part.after) or step is Step.ADDED:
        change = shown(part.after)
    elif step is Step.REMOVED:
        change = shown(part.before)
    else:
        change = f"{shown(part.before)} → {shown(part.after)}"
    return f"{harmless(part.path)}: {change}" + (f"  ({said(part.why)})" if part.why else "")


def summary(compared: Comparison) -> str:
    """Say in one line how much differs, and in which direction."""
    counts = [(compared.count(direction), direction) for direction in Direction]
    words = ", ".join(f"{count} {direction}" for count, direction in counts if count)
    many = number(len(compared.differences), "document differs", "documents differ")
    ends = f"{many} between {said(compared.base)} and {said(compared.head)}"
    unread = f" {_unread(compared)}" if compared.unread else ""
    if not compared.differences:
        return f"Nothing differs between {said(compared.base)} and {said(compared.head)}.{unread}"
    return f"{ends}: {words}.{unread}"


def _unread(compared: Comparison) -> str:
    files = number(len({one.location.file for one in compared.unread}), "file")
    return f"{files} of {said(compared.base)} could not be read in full; what is missing there counts as added."
