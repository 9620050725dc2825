"""The connections: a table, or a card each where the terminal is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.table import Cell, Column, table
from reconciler.kit.terminal import Ink, cut, fold, harmless, paint
from reconciler.model.format import Style
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport
from reconciler.prose import rights

# Past this many, the healthy ones are only counted: what needs a look must not drown.
MANY = 40
# Longer names are cut in the table; they stand whole below it, where something is wrong.
_LONGEST = 40

MARKS: dict[Status, tuple[str, Ink | None]] = {
    Status.ONLINE: ("✓", Ink.GOOD),
    Status.BLOCKED: ("✗", Ink.BAD),
    Status.FAILED: ("✗", Ink.BAD),
    Status.UNAVAILABLE: ("!", Ink.CAUTION),
    Status.UNVERIFIED: ("?", Ink.CAUTION),
    Status.SUSPENDED: ("‖", Ink.CAUTION),
    Status.PENDING: ("·", Ink.QUIET),
}
_COLUMNS = (
    Column(""),
    Column("CONNECTION"),
    Column("NAME", spare=5),
    Column("EXCHANGE"),
    Column("MARKETS", spare=2),
    Column("STATUS"),
    Column("DIAGNOSIS", spare=4),
    Column("READ", spare=3),
    Column("TRADE"),
    Column("WITHDRAW"),
    Column("ALSO MAY"),
)


def connections(all_of_them: Sequence[ConnectionReport], style: Style) -> list[str]:
    """Show each connection: what it is, how it is, and what its key may do."""
    shown = list(all_of_them)
    if len(shown) > MANY:
        shown = [one for one in shown if one.status is not Status.ONLINE]
    lines = _laid_out(shown, style) if shown else []
    if len(shown) < len(all_of_them):
        more = len(all_of_them) - len(shown)
        lines.append(
            paint(f"  {'and ' if shown else ''}{more} Online; -o json lists them", Ink.QUIET, colour=style.colour)
        )
    return lines


def title(one: ConnectionReport) -> str:
    """Name a connection as people call it."""
    return harmless(one.display_name or one.name)


def _laid_out(shown: Sequence[ConnectionReport], style: Style) -> list[str]:
    lines = table(_COLUMNS, [_row(one) for one in shown], style.width, colour=style.colour)
    return lines if lines is not None else [line for one in shown for line in _card(one, style)]


def _row(one: ConnectionReport) -> list[Cell]:
    mark, ink = MARKS[one.status]
    return [
        Cell(mark, ink),
        Cell(cut(title(one), _LONGEST)),
        Cell(harmless(one.name) if one.display_name not in ("", one.name) else "", Ink.QUIET),
        Cell(_venue(one)),
        Cell("+".join(one.markets)),
        Cell(one.status, ink),
        Cell(_diagnosis(one), ink),
        *_rights(one),
    ]


def _rights(one: ConnectionReport) -> list[Cell]:
    if one.result is None:
        return [Cell("·", Ink.QUIET), Cell("·", Ink.QUIET), Cell("·", Ink.QUIET), Cell()]
    proven = one.result.rights
    return [
        Cell(*rights.reading(proven)),
        Cell(*rights.trading(proven, one.markets)),
        Cell(*rights.withdrawing(proven)),
        Cell(*rights.besides(proven)),
    ]


def _card(one: ConnectionReport, style: Style) -> list[str]:
    mark, ink = MARKS[one.status]
    diagnosis = _diagnosis(one)
    how = f"{one.status}: {diagnosis}" if diagnosis else one.status.value
    first, *others = fold(f"{mark} {title(one)}", style.width, indent="  ")
    lines = [paint(mark, ink, colour=style.colour) + first[1:], *others]
    rest = f"{_venue(one)}, {'+'.join(one.markets)}"
    told = fold(f"  {how} · {rest}", style.width, indent="  ")
    lines += [told[0].replace(how, paint(how, ink, colour=style.colour), 1), *told[1:]]
    if one.result is not None:
        lines += fold(f"  {rights.in_short(one.result.rights, one.markets)}", style.width, indent="  ")
    return lines


def _venue(one: ConnectionReport) -> str:
    venue = harmless(one.exchange)
    return venue if one.environment == "live" else f"{venue} ({harmless(one.environment)})"


def _diagnosis(one: ConnectionReport) -> str:
    # "Unverified: Unverified" would say it twice.
    return one.diagnosis.value if one.diagnosis and one.diagnosis.value != one.status.value else ""
