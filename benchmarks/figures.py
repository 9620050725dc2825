"""One line of the table: what was measured, against whom, and what we aim at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HEADINGS = ("what", "ours", "peer", "ratio", "aim", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured pair; `ratio` is written out, and `is_met` is None where there is no aim or nothing was measured."""

    what: str
    ours: str
    peer: str
    ratio: str
    aim: str
    is_met: bool | None = None


def times_less(what: str, ours: float, peer: float, unit: str, peer_name: str, at_least: float) -> Figure:
    """Build the figure of something that should cost many times less than the peer."""
    ratio = peer / ours
    return Figure(
        what,
        amount(ours, unit),
        f"{amount(peer, unit)} {peer_name}",
        f"{ratio:.1f} times less",
        f"{at_least:g} times less",
        ratio >= at_least,
    )


def times_the_cost(what: str, ours: float, peer: float, unit: str, peer_name: str, below: float) -> Figure:
    """Build the figure of something that may cost no more than so many times the peer."""
    ratio = ours / peer
    return Figure(
        what,
        amount(ours, unit),
        f"{amount(peer, unit)} {peer_name}",
        f"{ratio:.2f} times",
        f"under {below:g} times",
        ratio < below,
    )


def skipped(what: str, why: str) -> Figure:
    """Build the line of something that could not be measured here."""
    return Figure(what, "-", why, "skipped", "")


def amount(value: float, unit: str) -> str:
    """Write a quantity with three significant digits; CPU seconds below one as milliseconds."""
    if unit == "s" and value < 1:
        value, unit = value * 1000, "ms"
    return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def table(figures: Iterable[Figure], *, judged: bool = True) -> str:
    """Lay figures out in columns; whether aims are met is only said where the inputs were large enough."""
    words = {True: "met", False: "MISSED", None: ""} if judged else dict.fromkeys((True, False, None), "")
    rows: list[Sequence[str]] = [_HEADINGS]
    rows += [(f.what, f.ours, f.peer, f.ratio, f.aim, words[f.is_met]) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths).rstrip())
    return "\n".join(lines)
