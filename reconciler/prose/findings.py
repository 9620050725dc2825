"""Findings, failures, and what is left alone: one line each that an editor can jump to."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.terminal import Ink, fold, harmless, paint
from reconciler.model.finding import Finding, Waived
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


# Past this many warnings of one rule, only the first few are shown: a habit of the house must not drown an error.
MANY = 5
_FIRST = 3


def findings(all_of_them: Sequence[Finding], style: Style) -> list[str]:
    """Show each finding at its place, worst first; its first line is never broken, so that it can be searched for.

    Every error is shown. Of many warnings of one rule the first are, and a note that says the same of many documents
    is told once; both name the others. What is waived takes one line, what is in the baseline none.
    """
    everything = sorted(all_of_them, key=lambda one: one.order)
    ranked = [one for one in everything if one.counts]
    waived = [line for one in everything if one.waived is not None for line in _waived(one, one.waived, style)]
    errors = [line for one in ranked if one.severity is Severity.DENY for line in _finding(one, style)]
    warnings = _warnings([one for one in ranked if one.severity is Severity.WARN], style)
    notes: dict[tuple[str, str, str], list[Finding]] = {}
    for one in ranked:
        if one.severity is Severity.INFO:
            notes.setdefault((one.rule, one.message, one.remedy), []).append(one)
    return [*errors, *warnings, *(line for same in notes.values() for line in _note(same, style)), *waived]


def _waived(one: Finding, by: Waived, style: Style) -> list[str]:
    rule = paint(f"[{harmless(one.rule)}]", Ink.QUIET, colour=style.colour)
    word = paint("waived:", Ink.QUIET, colour=style.colour)
    why = f"until {harmless(by.until)} by {said(by.owner)}: {said(by.reason)}"
    return [f"{harmless(str(one.location))}: {word} {said(one.message)} {rule} ({why})"]


def _warnings(ranked: Sequence[Finding], style: Style) -> list[str]:
    by_rule: dict[str, list[Finding]] = {}
    for one in ranked:
        by_rule.setdefault(one.rule, []).append(one)
    left_out = {rule: many[_FIRST:] for rule, many in by_rule.items() if len(many) > MANY}
    unseen = {id(one) for many in left_out.values() for one in many}
    lines = [line for one in ranked if id(one) not in unseen for line in _finding(one, style)]
    return [*lines, *(line for rule, many in left_out.items() for line in _left_out(rule, many, style))]


def _left_out(rule: str, many: Sequence[Finding], style: Style) -> list[str]:
    word, ink = WORDS[Severity.WARN]
    names = list(dict.fromkeys(one.name for one in many if one.name))
    about = f": {listed(names)}" if names else ""
    told = f"{word}: {len(many)} more of [{harmless(rule)}]{about}; -o json lists them all"
    first, *others = fold(told, style.width, indent="  ")
    return [paint(f"{word}:", ink, colour=style.colour) + first[len(word) + 1 :], *others]


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
