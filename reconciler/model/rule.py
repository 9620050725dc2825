"""Rules: what a policy may ask, each one a file in `policies/`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.known import GENERAL, RuleTraits
from reconciler.documents.policy import Setting
from reconciler.documents.waiver import Waiver
from reconciler.model.finding import Finding, anchored
from reconciler.model.grounds import Item as Beside
from reconciler.model.manifest import Placed
from reconciler.model.probe import ProbeResult
from reconciler.model.waiving import WaiverUse
from reconciler.values.rights import Right
from reconciler.values.severity import Severity

# The words of a rule that has none of its own.
SWITCH = GENERAL


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

    @property
    def enabled(self) -> tuple[Placed[StrategyBinding], ...]:
        """The bindings that are meant to run."""
        return tuple(binding for binding in self.bindings if binding.document.spec.enabled)

    @property
    def key_reference(self) -> Hashable:
        """Where the API key is: equal for two connections exactly when their manifests name one and the same secret."""
        ref = self.connection.document.spec.credentials.refs["apiKey"]
        folder = posixpath.dirname(self.connection.source.file)
        # A variable is one wherever it is named; files are named relative to the manifest.
        locator = ref.locator if ref.scheme == "env" else posixpath.normpath(posixpath.join(folder, ref.locator))
        return (ref.scheme, locator, ref.key)


@dataclass(frozen=True)
class Fleet:
    """All connections of a run, for rules that compare them.

    By exchange, `titles` gives its written name, and `inseparable` the rights that no trading key there can be without.
    """

    subjects: tuple[Subject, ...] = ()
    egress_addresses: tuple[str, ...] = ()
    titles: Mapping[str, str] | None = None
    inseparable: Mapping[str, frozenset[Right]] | None = None

    @cached_property
    def by_fingerprint(self) -> Mapping[str, tuple[Subject, ...]]:
        """The connections that share a key, by its keyed fingerprint."""
        groups: dict[str, list[Subject]] = {}
        for subject in self.subjects:
            if subject.fingerprint is not None:
                groups.setdefault(subject.fingerprint, []).append(subject)
        return {fingerprint: tuple(group) for fingerprint, group in groups.items()}

    @cached_property
    def listers(self) -> frozenset[str]:
        """The connections whose keys list the keys of others."""
        proofs = (subject.connection.document.spec.proof for subject in self.subjects)
        return frozenset(proof.listed_by for proof in proofs if proof is not None and proof.listed_by)

    @cached_property
    def by_reference(self) -> Mapping[Hashable, tuple[Subject, ...]]:
        """The connections that name the same secret as their API key, which shows without opening any."""
        groups: dict[Hashable, list[Subject]] = {}
        for subject in self.subjects:
            groups.setdefault(subject.key_reference, []).append(subject)
        return {reference: tuple(group) for reference, group in groups.items()}

    def title(self, exchange: str) -> str:
        """Return how an exchange's name is written; its id where nobody said."""
        return (self.titles or {}).get(exchange, exchange)

    def comes_with_trading(self, right: Right, exchange: str) -> bool:
        """Tell whether every key that trades at an exchange has a right."""
        return right in (self.inseparable or {}).get(exchange, frozenset())


Judgement = Callable[[Subject, Fleet, Setting, datetime], Iterable[Finding]]
Item = Beside | WaiverUse
Survey = Callable[[Item, Setting], Iterable[Finding]]


def _silent(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterable[Finding]:
    return ()


def _unmoved(item: Item, setting: Setting) -> Iterable[Finding]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id is its file's name, and `page` is what `explain` prints of it.

    `check` judges connections, `survey` what lies beside the documents. A rule with `is_fixed` has no switch: no policy
    may name it. What a rule with `is_opened_anyway` surveys is seen for certain when the secrets are opened; one
    that `asks_exchange` finds more once the key is tested. Only what `fits_baseline` may be there from the first day.
    """

    id: str
    summary: str
    page: str
    traits: RuleTraits
    check: Judgement = _silent
    survey: Survey = _unmoved
    is_fixed: bool = False
    is_opened_anyway: bool = False
    asks_exchange: bool = False
    fits_baseline: bool = True


def finding(
    placed: Placed[Connection] | Placed[StrategyBinding] | Placed[Waiver],
    rule: str,
    severity: Severity,
    message: str,
    *path: str | int,
    remedy: str,
    about: str = "",
) -> Finding:
    """Make a rule's finding about one field of a document.

    `about` names the fact where the rule may tell several of one field, so that each has a fingerprint of its own.
    """
    kind, name = placed.document.kind, placed.document.metadata.name
    return Finding(rule, severity, message, placed.source.where(*path), remedy, kind, name, anchored(path, about))
