"""What lies in a config repository beside its documents, as rules see it: encrypted files and texts, none opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reconciler.documents.connection import Connection
from reconciler.model.finding import Finding, anchored
from reconciler.model.manifest import Placed
from reconciler.model.secret_scheme import Sealed
from reconciler.values.location import Location
from reconciler.values.secret import SecretRef
from reconciler.values.severity import Severity

Labels = Mapping[str, str]
KIND = "SecretFile"


@dataclass(frozen=True, slots=True)
class Use:
    """One credential of a connection that names a value of an encrypted file."""

    connection: Placed[Connection]
    field: str
    ref: SecretRef

    @property
    def path(self) -> tuple[str, ...]:
        """Where the reference stands in the connection."""
        credentials = ("spec", "credentials")
        if self.connection.document.spec.credentials.group is not None:
            return (*credentials, "key")
        return (*credentials, self.field, "key") if self.ref.key else (*credentials, self.field, self.ref.scheme)


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file that should be encrypted: because connections name it, or because of its name, place or content.

    `sealed` is None where it is no encrypted file at all; `problem` then says why, and `remedy` what to do.
    """

    path: str
    scheme: str
    sealed: Sealed | None = None
    problem: str = ""
    remedy: str = ""
    is_there: bool = True
    uses: tuple[Use, ...] = ()

    @property
    def labels(self) -> tuple[Labels, ...]:
        """The labels of the connections that name it, for the policies that speak of them."""
        return tuple(use.connection.document.metadata.labels for use in self.uses)

    @property
    def name(self) -> str:
        """The file's name as it may be shown: a value put where a name belongs is hidden."""
        return str(SecretRef(self.scheme, self.path)).partition(":")[2]

    @property
    def location(self) -> Location:
        """The file itself, or where it is not there, the first reference to it."""
        if self.is_there or not self.uses:
            return Location(self.name)
        return self.uses[0].connection.source.where(*self.uses[0].path)

    @property
    def users(self) -> tuple[str, ...]:
        """The connections that name it."""
        return tuple(dict.fromkeys(use.connection.name for use in self.uses))

    def finding(
        self, rule: str, severity: Severity, message: str, *, remedy: str, about: str, place: tuple[int, int] = (0, 0)
    ) -> Finding:
        """Make a rule's finding about the file; it holds the changes of the connections that name the file."""
        at = Location(self.name, *place) if place[0] else self.location
        return Finding(rule, severity, message, at, remedy, KIND, self.name, anchored((), about), self.users)


class Origin(Enum):
    """What a text is: manifests and reconciler.yaml, or a file whose name is that of a file of keys."""

    MANIFESTS = "manifests"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file in clear that must hold no secret; `labels` are those of the connections in it."""

    path: str
    text: str
    origin: Origin = Origin.MANIFESTS
    labels: tuple[Labels, ...] = ()

    def finding(
        self, rule: str, severity: Severity, message: str, *, remedy: str, about: str, place: tuple[int, int]
    ) -> Finding:
        """Make a rule's finding about a place of the text."""
        return Finding(rule, severity, message, Location(self.path, *place), remedy, anchor=anchored((), about))


Item = SecretFile | TextFile


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything beside the documents that rules look at."""

    secrets: tuple[SecretFile, ...] = ()
    texts: tuple[TextFile, ...] = ()

    def __iter__(self) -> Iterator[Item]:
        yield from self.secrets
        yield from self.texts
