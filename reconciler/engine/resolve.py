"""From references to secrets: as late as possible, and each cause of failure told once, at its first reference."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from reconciler.documents.connection import Connection
from reconciler.errors import SecretError, SecretNotFound, SecretRejected
from reconciler.model.finding import Finding, anchored
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
    closed: dict[str, list[_Closed]] = {}
    for name, ref in spec.credentials.refs.items():
        if name == "passphrase" and not with_passphrase:
            continue
        try:
            secrets[name] = providers[ref.scheme].open(ref, place)
        except SecretError as error:
            shown, reason = _parted(error.message, ref)
            closed.setdefault(reason, []).append(_Closed(name, shown, _remedy(placed, ref, error)))
    findings.extend(_unreadable(placed, group, reason) for reason, group in closed.items())
    return secrets


class _Closed(NamedTuple):
    """A secret that did not open: its field, its reference as far as it may be shown, and the way out."""

    name: str
    shown: str
    remedy: str


def _parted(message: str, ref: SecretRef) -> tuple[str, str]:
    # One cause, such as a missing identity, closes all references of a connection, and is to be told once.
    shown, _, reason = message.partition(": ")
    return (shown, reason) if reason and shown in (str(ref), f"{ref.scheme}:…") else ("", message)


def _remedy(placed: Placed[Connection], ref: SecretRef, error: SecretError) -> str:
    if ref.scheme == "sops" and isinstance(error, SecretNotFound | SecretRejected) and "." in ref.locator:
        file = posixpath.normpath(posixpath.join(posixpath.dirname(placed.source.file), ref.locator))
        if isinstance(error, SecretNotFound) and ref.key and ref.is_plain:
            add = f"put it there with: reconcile secrets set {shlex.quote(file)} {shlex.quote(ref.key)}"
            return f"{error.hint}{' Or' if error.hint.endswith('?') else '; or'} {add}" if error.hint else add
        return error.hint or f"restore {file} as it was, or write a new one with: reconcile secrets set"
    return error.hint or f"check the reference {ref}"


def _unreadable(placed: Placed[Connection], group: Sequence[_Closed], reason: str) -> Finding:
    path = ["spec", "credentials"]
    if placed.document.spec.credentials.group is None:
        path.append(group[0].name)
    shown = " and ".join(one.shown for one in group if one.shown)
    return Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=f"{shown}: {reason}" if shown else reason,
        location=placed.source.where(*path),
        remedy=group[0].remedy,
        kind="Connection",
        name=placed.name,
        anchor=anchored(path, " ".join(one.name for one in group)),
    )
