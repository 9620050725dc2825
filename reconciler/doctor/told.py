"""How an examination is told: to a person, and to a program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from reconciler.doctor.row import Row, State
from reconciler.kit.terminal import Ink, fold, harmless, paint

_INKS = {State.OK: Ink.GOOD, State.WARN: Ink.CAUTION, State.FAIL: Ink.BAD}
_INDENT = " " * 6


def text(rows: Sequence[Row], *, width: int = 100, colour: bool = False) -> str:
    """Tell a person: one line a row, with the fix below it, and the count at the end."""
    lines: list[str] = []
    for row in rows:
        first, *rest = fold(f"{_INDENT}{harmless(row.check)}: {harmless(row.fact)}", width, indent=_INDENT + "  ")
        lines += [paint(f"{row.state:4}", _INKS[row.state], colour=colour) + first[4:], *rest]
        if row.fix:
            lines += fold(f"{_INDENT}  fix: {harmless(row.fix)}", width, indent=_INDENT + "       ")
    counts = Counter(row.state for row in rows)
    lines += ["", ", ".join(f"{counts[state]} {state}" for state in State)]
    return "\n".join(lines) + "\n"


def as_json(rows: Sequence[Row]) -> str:
    """Tell a program."""
    counts = Counter(row.state for row in rows)
    told = {
        "schema": "reconciler/doctor/v1",
        "summary": {state.value: counts[state] for state in State},
        "rows": [{"check": r.check, "state": r.state.value, "fact": r.fact, "fix": r.fix or None} for r in rows],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
