"""Rules: what a policy may ask, each one a file in `policies/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.manifest import Placed
from reconciler.model.probe import ProbeResult


@dataclass(frozen=True, slots=True)
class Subject:
    """One connection as a rule sees it.

    `probe` and `fingerprint` are None offline; a rule that needs them then stays silent, and never says "fine".
    """

    connection: Placed[Connection]
    bindings: tuple[Placed[StrategyBinding], ...] = ()
    probe: ProbeResult | None = None
    fingerprint: str | None = None

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.connection.name


@dataclass(frozen=True)
class Fleet:
    """All connections of a run, for rules that compare them; `titles` gives each exchange's written name."""

    subjects: tuple[Subject, ...] = ()
    egress_addresses: tuple[str, ...] = ()
    titles: Mapping[str, str] | None = None

    @cached_property
    def by_fingerprint(self) -> Mapping[str, tuple[Subject, ...]]:
        """The connections that share a key, by its keyed fingerprint."""
        groups: dict[str, list[Subject]] = {}
        for subject in self.subjects:
            if subject.fingerprint is not None:
                groups.setdefault(subject.fingerprint, []).append(subject)
        return {fingerprint: tuple(group) for fingerprint, group in groups.items()}


Judgement = Callable[[Subject, Fleet, Setting, datetime], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id is its file's name, and `page` is what `explain` prints of it.

    A rule with `is_fixed` has no switch: no policy may name it.
    """

    id: str
    summary: str
    page: str
    traits: RuleTraits
    check: Judgement
    is_fixed: bool = False
