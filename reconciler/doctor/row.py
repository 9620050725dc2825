"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Row:
    """What was looked at, what was found, and what to do unless all is well."""

    check: str
    state: State
    fact: str
    fix: str = ""


def ok(check: str, fact: str) -> Row:
    """Say that something is as it should be."""
    return Row(check, State.OK, fact)


def warn(check: str, fact: str, fix: str) -> Row:
    """Say that something may be in the way."""
    return Row(check, State.WARN, fact, fix)


def fail(check: str, fact: str, fix: str) -> Row:
    """Say that something is in the way."""
    return Row(check, State.FAIL, fact, fix)
