"""Output formats: what each file in `reporters/` says of itself, and how a text is to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.values.severity import Severity


@dataclass(frozen=True, slots=True)
class Format:
    """One output format: `id` is the word for `--output`, `suffix` what a file in it is called.

    `page` is what `explain` prints of it: who reads it, and how it gets there. A format with `tells_rules` describes
    every rule, and is given their descriptions.
    """

    id: str
    summary: str
    suffix: str
    media_type: str
    page: str = ""
    tells_rules: bool = False


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a format tells of a rule: one line, the page that `explain` prints, and how bad its findings are at most."""

    summary: str
    page: str
    severity: Severity
    group: str


@dataclass(frozen=True, slots=True)
class About:
    """What formats for machines tell of the program: its version, the exit code, and its rules by id."""

    version: str = ""
    exit_code: int | None = None
    rules: Mapping[str, RuleText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Style:
    """What a rendering needs beside the report.

    How wide a text may get and whether it may have colour, which formats for machines do not heed; and what those tell
    of the program.
    """

    width: int = 100
    colour: bool = False
    about: About = field(default_factory=About)
