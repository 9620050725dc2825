"""From references to secrets: as late as possible, and each failure told at its own reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.documents.connection import Connection
from reconciler.errors import SecretError
from reconciler.model.finding import Finding
from reconciler.model.manifest import Placed
from reconciler.model.ports import Place, SecretProvider
from reconciler.values.secret import Credentials, Secret, SecretRef
from reconciler.values.severity import Severity

RULE = "secret-unreadable"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The credentials of every connection that could be opened, and a finding for every reference that could not."""

    credentials: Mapping[str, Credentials] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def resolve(
    connections: Iterable[Placed[Connection]],
    providers: Mapping[str, SecretProvider],
    *,
    root: Path,
    needs_passphrase: Mapping[str, bool],
) -> Resolved:
    """Open every secret that the connections name."""
    opened: dict[str, Credentials] = {}
    findings: list[Finding] = []
    for placed in connections:
        wanted = needs_passphrase.get(placed.document.spec.exchange, False)
        secrets = _open_all(placed, providers, root, findings, with_passphrase=wanted)
        if "apiKey" in secrets and "secret" in secrets and (not wanted or "passphrase" in secrets):
            opened[placed.name] = Credentials(secrets["apiKey"], secrets["secret"], secrets.get("passphrase"))
    return Resolved(opened, tuple(findings))


def _open_all(
    placed: Placed[Connection],
    providers: Mapping[str, SecretProvider],
    root: Path,
    findings: list[Finding],
    *,
    with_passphrase: bool,
) -> dict[str, Secret]:
    spec = placed.document.spec
    place = Place((root / placed.source.file).parent, root, simulated=spec.environment == "simulator")
    secrets: dict[str, Secret] = {}
    for name, ref in spec.credentials.refs.items():
        if name == "passphrase" and not with_passphrase:
            continue
        try:
            secrets[name] = providers[ref.scheme].open(ref, place)
        except SecretError as error:
            findings.append(_unreadable(placed, name, ref, error))
    return secrets


def _unreadable(placed: Placed[Connection], name: str, ref: SecretRef, error: SecretError) -> Finding:
    path = ["spec", "credentials"]
    if placed.document.spec.credentials.group is None:
        path.append(name)
    return Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=error.message,
        location=placed.source.where(*path),
        remedy=error.hint or f"check the reference {ref}",
        kind="Connection",
        name=placed.name,
    )
