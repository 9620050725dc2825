"""What a pass is asked, who asks, and the outside it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from reconciler.model.grounds import Grounds
from reconciler.model.saved import Permissions

if TYPE_CHECKING:
    from reconciler.engine.learn import Facts
    from reconciler.kit.clock import Clock
    from reconciler.kit.fingerprint import Fingerprinter
    from reconciler.model.ports import Platform, Prober, Progress, SecretProvider, Store
    from reconciler.model.probe import ProbeResult
    from reconciler.model.report import Report
    from reconciler.model.rule import Rule
    from reconciler.model.saved import SavedPlan
    from reconciler.values.rights import Right


NOTHING = Grounds()


class Mode(Enum):
    """How far a pass goes: test the keys, compare both sides, or change the platform."""

    TEST = "test"
    PLAN = "plan"
    APPLY = "apply"


_NOTHING = Permissions()


@dataclass(frozen=True, slots=True)
class Known:
    """What stands for a test of one key: its fingerprint and its last result, joined with earlier proof.

    It counts for the very key of that fingerprint only. With `is_shut` the secret is not even opened, as long as the
    platform holds that key.
    """

    fingerprint: str
    result: ProbeResult
    masked_key: str | None = None
    is_shut: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """Which keys a pass tests: all but those that are `known`, by the name of the connection.

    What was proven of a connection longer ago than its `stale_after` does not count; without one, it counts as long as
    nothing disproves it. `is_urgent` has bindings on a Blocked key suspended as soon as its proof arrives, ahead of
    everything else.
    """

    known: Mapping[str, Known] = field(default_factory=dict)
    stale_after: Mapping[str, timedelta] = field(default_factory=dict)
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a pass.

    `confirm` is shown the report of what would be done and says whether it may be; None refuses to apply.
    `stop` is looked at between changes. `keep` is given the plan, good for `lifetime`; it is not called where a guard
    refused. With a `saved` plan that one is applied, and nothing else. `observes` has connections that name no mode
    only be observed. `learned` is told what is known before anything is decided.
    """

    command: str
    mode: Mode
    permissions: Permissions = _NOTHING
    confirm: Callable[[Report], bool] | None = None
    stop: Callable[[], bool] = lambda: False
    keep: Callable[[SavedPlan], None] | None = None
    lifetime: timedelta = timedelta(hours=1)
    saved: SavedPlan | None = None
    asking: Asking = field(default_factory=Asking)
    observes: bool = False
    learned: Callable[[Facts], None] = lambda facts: None

    @property
    def permitted(self) -> Permissions:
        """What guards let pass: of a saved plan what it was made with, and nothing that is added later."""
        return self.saved.permissions if self.saved is not None else self.permissions


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the manifests do not say: who runs, at which revision, from which addresses, under which rules.

    With `is_selection` the manifests are a part of the whole, and nothing outside of them is compared or deleted.
    `settings` tells one state of reconciler.yaml from another.
    """

    owner: str = "nobody"
    revision: str | None = None
    egress_addresses: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    needs_passphrase: Mapping[str, bool] = field(default_factory=dict)
    inseparable: Mapping[str, frozenset[Right]] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    grounds: Grounds = NOTHING
    is_selection: bool = False
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside, as a pass sees it; `seal` signs with the key of this host, None where it has none yet."""

    providers: Mapping[str, SecretProvider]
    prober: Prober
    platform: Platform
    store: Store
    fingerprinter: Fingerprinter
    clock: Clock
    progress: Progress | None = None
    seal: Callable[[str], str] | None = None
