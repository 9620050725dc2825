"""What the grammar must be told: which exchanges, secret schemes, rules and drivers exist.

The documents know no plug-in by name. Whoever validates scans the plug-in folders and passes the result in,
so that a new file is accepted by the loader and by the generated schemas alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from reconciler.values.severity import Severity


@dataclass(frozen=True, slots=True)
class ExchangeTraits:
    """What a manifest must respect about one exchange; `proofs` are the fields of `proof` that are of use there."""

    title: str
    needs_passphrase: bool
    markets: frozenset[str]
    has_testnet: bool
    proofs: frozenset[str] = frozenset()
    is_simulated: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that a rule takes beside its level, with its bounds."""

    default: int
    minimum: int
    maximum: int


class Joining(Enum):
    """How lists of several policies become one: nothing that one of them leaves out, or everything that any names."""

    COMMON = "common"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts that a rule takes beside its level; where none is given, it asks nothing.

    Each text has the shape `pattern`, a key of `shapes.WORDS`.
    """

    joining: Joining
    pattern: str
    summary: str


# Every rule that has a switch takes these beside words of its own.
GENERAL: Mapping[str, Severity | None] = {
    "deny": Severity.DENY,
    "warn": Severity.WARN,
    "info": Severity.INFO,
    "off": None,
}


@dataclass(frozen=True, slots=True)
class RuleTraits:
    """How a rule may be set: the words for its level (None switches it off), its numbers and its lists.

    A waiver may name what a rule that is waivable finds.
    """

    levels: Mapping[str, Severity | None]
    default: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    texts: Mapping[str, Texts] = field(default_factory=dict)
    is_waivable: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that a rule takes beside its level."""
        return (*self.parameters, *self.texts)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that exists as a plug-in, as far as the grammar cares.

    `schemes` says for each secret scheme whether a reference names a `key` inside its file. `refused` are the ids of
    exchanges that no manifest can name, each with the reason.
    """

    exchanges: Mapping[str, ExchangeTraits]
    schemes: Mapping[str, bool]
    rules: Mapping[str, RuleTraits]
    drivers: frozenset[str] = frozenset({"embedded"})

    @property
    def waivable(self) -> tuple[str, ...]:
        """The rules whose findings a waiver may name; one without a switch is not among them."""
        return tuple(sorted(rule for rule, traits in self.rules.items() if traits.is_waivable))

    refused: Mapping[str, str] = field(default_factory=dict)
    # What each rule asks, in a sentence.
    summaries: Mapping[str, str] = field(default_factory=dict)
