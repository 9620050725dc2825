"""Manifests as the run sees them: documents that know where each of their fields stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.policy import Policy
from reconciler.documents.waiver import Waiver
from reconciler.model.finding import Finding
from reconciler.values.location import Location

D = TypeVar("D", Connection, StrategyBinding, Policy, Waiver)


class Source(Protocol):
    """Where one document stands; positions are worked out only when somebody asks."""

    @property
    def file(self) -> str:
        """The file, as the user would type it."""
        ...

    def where(self, *path: str | int) -> Location:
        """Return the place of a field's value, by its path of YAML names; the nearest ancestor if it is absent."""
        ...


@dataclass(frozen=True, slots=True)
class Placed(Generic[D]):
    """A valid document and where it stands."""

    document: D
    source: Source

    @property
    def name(self) -> str:
        """The document's name."""
        return self.document.metadata.name


@dataclass(frozen=True, slots=True)
class Manifests:
    """All documents that could be read, and a finding for everything that could not.

    `root` is the folder that no secret reference may leave. `listers` are connections outside of a selection whose
    keys list those inside: they are asked, and nothing else is done with them. `files` are
    those that were read, as they are shown.
    """

    root: Path
    connections: tuple[Placed[Connection], ...] = ()
    bindings: tuple[Placed[StrategyBinding], ...] = ()
    policies: tuple[Placed[Policy], ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    listers: tuple[Placed[Connection], ...] = ()
    files: tuple[str, ...] = ()
    waivers: tuple[Placed[Waiver], ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether nothing in the manifests stops a run."""
        return not self.findings

    @property
    def count(self) -> int:
        """How many documents were read."""
        return len(self.connections) + len(self.bindings) + len(self.policies) + len(self.waivers)


def by_name(placed: Iterable[Placed[D]]) -> dict[str, Placed[D]]:
    """Index documents by name; the loader has made sure that names are unique per kind."""
    return {one.name: one for one in placed}
