"""The baseline: the findings a fleet had on its first day under the rules, so that only new ones fail it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.kit.json_text import json_text
from reconciler.kit.redact import redact
from reconciler.model.finding import Finding

VERSION = "reconciler/baseline/v1"
RULE = "baseline"
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Known:
    """One finding of a baseline: what is told of it when it is gone."""

    rule: str
    kind: str | None = None
    name: str | None = None
    file: str = ""

    def __str__(self) -> str:
        return f"{self.rule} ({self.name or self.file})"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings by their fingerprints, and the file they were read from, as it is shown."""

    known: Mapping[str, Known] = field(default_factory=dict)
    file: str = ""


def render(findings: Iterable[tuple[Finding, str]]) -> str:
    """Write findings with their fingerprints as the text of a baseline: one to a line, in an order of its own."""
    entries = [
        {"fingerprint": mark, "rule": one.rule, "kind": one.kind, "name": one.name, "file": redact(one.location.file)}
        for one, mark in sorted(
            findings, key=lambda pair: (pair[0].rule, pair[0].kind or "", pair[0].name or "", pair[1])
        )
    ]
    return json_text({"schema": VERSION, "findings": entries})


def parse(data: bytes, file: str) -> Baseline:
    """Read the text of a baseline.

    Raises ValueError when it is none.
    """
    match json.loads(data):
        case {"schema": version, "findings": list(entries)} if version == VERSION:
            return Baseline(dict(map(_entry, entries)), file)
    raise ValueError(f"no {VERSION}")


def _entry(entry: object) -> tuple[str, Known]:
    match entry:
        case {"fingerprint": str(mark), "rule": str(rule), **rest} if len(mark) == _LENGTH:
            texts = (rest.get(name) for name in ("kind", "name", "file"))
            kind, name, where = (text if isinstance(text, str) else None for text in texts)
            return mark, Known(rule, kind, name, where or "")
    raise ValueError("a finding without a fingerprint or a rule")
