"""Findings, failures, and what is left alone: one line each that an editor can jump to."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.terminal import Ink, fold, harmless, paint
from reconciler.model.finding import Finding
from reconciler.model.format import Style
from reconciler.model.report import Failure
from reconciler.model.state import Kind
from reconciler.prose.words import listed, said
from reconciler.values.severity import Severity

# The words that editors and CI systems look for in `file:line:column: word: message`.
WORDS: dict[Severity, tuple[str, Ink | None]] = {
    Severity.DENY: ("error", Ink.BAD),
    Severity.WARN: ("warning", Ink.CAUTION),
    Severity.INFO: ("note", Ink.QUIET),
}


def findings(all_of_them: Sequence[Finding], style: Style) -> list[str]:
    """Show each finding at its place, worst first; its first line is never broken, so that it can be searched for.

    A note that says the same of many documents is told once, and names the others.
    """
    ranked = sorted(all_of_them, key=lambda one: one.order)
    notes: dict[tuple[str, str, str], list[Finding]] = {}
    for one in ranked:
        if one.severity is Severity.INFO:
            notes.setdefault((one.rule, one.message, one.remedy), []).append(one)
    lines = [line for one in ranked if one.severity is not Severity.INFO for line in _finding(one, style)]
    return [*lines, *(line for same in notes.values() for line in _note(same, style))]


def _note(same: Sequence[Finding], style: Style) -> list[str]:
    first, *others = same
    names = list(dict.fromkeys(one.name for one in others if one.name))
    also = fold(f"  also: {listed(names)}", style.width, indent="        ") if names else []
    return [*_finding(first, style), *also]


def _finding(one: Finding, style: Style) -> list[str]:
    word, ink = WORDS[one.severity]
    rule = paint(f"[{harmless(one.rule)}]", Ink.QUIET, colour=style.colour)
    place, severity = harmless(str(one.location)), paint(f"{word}:", ink, colour=style.colour)
    return [f"{place}: {severity} {said(one.message)} {rule}", *_hint(one.remedy, style)]


def failures(all_of_them: Sequence[Failure], style: Style) -> list[str]:
    """Show what went wrong in the run itself."""
    lines = []
    for one in all_of_them:
        error = paint("error:", Ink.BAD, colour=style.colour)
        lines += [f"{error} {said(one.message)}", *_hint(one.hint, style)]
    return lines


def unmanaged(ids: Sequence[tuple[Kind, str]], style: Style) -> list[str]:
    """Name what the platform holds and no manifest ever declared."""
    if not ids:
        return []
    told = f"Unmanaged, left alone: {listed(f'{kind} {name}' for kind, name in ids)}"
    return [paint(line, Ink.QUIET, colour=style.colour) for line in fold(told, style.width, indent="  ")]


def _hint(text: str, style: Style) -> list[str]:
    return fold(f"  hint: {said(text)}", style.width, indent="        ") if text else []
