"""A rule that a manifest or a key breaks, and the name by which one finding is known from run to run."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.values.location import Location
from reconciler.values.severity import Severity

# Part of every fingerprint: waivers and baselines hold fingerprints, so another way to make them needs another word.
_SCHEME = "finding/v1"
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Waived:
    """By which waiver a finding is accepted, by whom, why, and until which day."""

    waiver: str
    owner: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do; `kind` and `name` are None where no document could be read.

    `anchor` tells apart what one rule finds in one document, see `anchored`. `connections` are those that a finding
    about something beside the documents concerns. One that is waived, or was there when the baseline was written,
    stays visible and no longer counts.
    """

    rule: str
    severity: Severity
    message: str
    location: Location
    remedy: str = ""
    kind: str | None = None
    name: str | None = None
    anchor: str = ""
    connections: tuple[str, ...] = ()
    waived: Waived | None = None
    in_baseline: bool = False

    @property
    def counts(self) -> bool:
        """Whether nobody has accepted it: only then does it hold a change or count for the exit code."""
        return self.waived is None and not self.in_baseline

    @property
    def order(self) -> tuple[int, Location, str, str]:
        """Sort key: worst first, then by place."""
        return (self.severity.rank, self.location, self.rule, self.message)

    @property
    def fingerprint(self) -> str:
        """The same for the same fact from run to run, wherever its line has moved to.

        Made of rule, kind, name and anchor; of the file only where no document says its name. Wording and severity
        take no part: a better sentence or another level is no other fact.
        """
        whose = [self.kind, self.name] if self.name else [self.kind, self.location.file, None]
        return digest(_SCHEME, self.rule, *whose, self.anchor)


def anchored(path: Sequence[str | int], about: str = "") -> str:
    """Return the anchor of a finding: the field it is about, and what it says of it where a rule says several things.

    `about` names the fact that somebody would accept by a waiver: the right, the addresses. With it, the number of a
    list item counts for nothing. A digest, since a field of a broken manifest may be named by what should have been a
    secret.
    """
    fields = [step for step in path if isinstance(step, str) or not about]
    return digest(*fields, about)


def digest(*parts: str | int | None) -> str:
    """Return a short name that differs wherever the parts do."""
    text = json.dumps(parts, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def fingerprinted(findings: Iterable[Finding]) -> list[tuple[Finding, str]]:
    """Return findings, worst first, each with a fingerprint that no other one of them has.

    Where one file holds the same mistake twice and no document says its name, the second is known by its number.
    """
    seen: Counter[str] = Counter()
    named = []
    for one in sorted(findings, key=lambda finding: finding.order):
        own = one.fingerprint
        seen[own] += 1
        named.append((one, own if seen[own] == 1 else digest(own, seen[own])))
    return named
