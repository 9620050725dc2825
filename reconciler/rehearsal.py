"""Rehearsing against the simulator: a running one named by its ready-file, or one of our own for the run.

Our own knows exactly the keys that the manifests declare for it, each with the rights it was declared for, so that
a first try needs no account anywhere.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.documents.connection import Connection
from reconciler.engine.resolve import resolve
from reconciler.errors import GuardRefused, InvalidConfig
from reconciler.model.manifest import Placed
from reconciler.simulator.background import BackgroundSimulator
from reconciler.simulator.key import KeyFields
from reconciler.values.rights import declared_rights
from reconciler.values.secret import Credentials
from reconciler.wiring import Workspace, exchanges, read_workspace

READY_FILE = "RECONCILE_SIMULATOR"


@contextmanager
def attached(workspace: Workspace, environ: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Give the URL of each simulated exchange, while the run lasts; empty when no connection is simulated."""
    simulated = _simulated(workspace)
    if not simulated:
        yield {}
    elif environ.get(READY_FILE):
        yield read_ready_file(Path(environ[READY_FILE]))
    else:
        # Only what is declared: a port each for ten exchanges would be paid for by every run.
        wanted = sorted({one.document.spec.exchange for one in simulated})
        with BackgroundSimulator(accounts=accounts_for(workspace), exchanges=wanted) as simulator:
            if (address := client_ip(workspace)) is not None:
                simulator.set_client_ip(address)
            yield simulator.ready["exchanges"]


def read_ready_file(path: Path) -> Mapping[str, str]:
    """Read which URL each exchange of a running simulator has.

    Raises InvalidConfig when the file is no ready-file, GuardRefused when it names an address off loopback.
    """
    try:
        urls = json.loads(path.read_text(encoding="utf-8"))["exchanges"]
        hosts = {exchange: urlsplit(url).hostname for exchange, url in urls.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = f"start one with: reconcile simulator --ready-file {path}, or unset {READY_FILE}"
        raise InvalidConfig(f"{READY_FILE} names no simulator's ready-file: {path}", hint=hint) from error
    for host in hosts.values():
        if host != "localhost" and not _is_loopback(host):
            raise GuardRefused(
                f"{path} names an address that is not on this machine", hint="a simulator runs on loopback"
            )
    return dict(urls)


def declared(manifests: Sequence[Path], *, cwd: Path, environ: Mapping[str, str]) -> tuple[list[KeyFields], str | None]:
    """Return the keys that manifests declare for a simulator, and the address it should see requests come from.

    Raises InvalidConfig when the manifests are not valid.
    """
    workspace = read_workspace(cwd=cwd, environ=environ, manifests=manifests)
    if workspace.findings:
        worst = workspace.findings[0]
        raise InvalidConfig(f"{worst.location}: {worst.message}", hint="see all mistakes with: reconcile validate")
    return accounts_for(workspace), client_ip(workspace)


def accounts_for(workspace: Workspace) -> list[KeyFields]:
    """Return a key for every simulated connection, named after it, with the rights it was declared for.

    A key that serves several connections is one key, with the rights that all of them were declared for.
    """
    simulated = _simulated(workspace)
    needs = exchanges().mapped(lambda exchange: exchange.traits.needs_passphrase)
    opened = resolve(simulated, workspace.providers, root=workspace.root, needs_passphrase=needs).credentials
    accounts: dict[tuple[str, str], KeyFields] = {}
    for placed in simulated:
        if placed.name in opened:
            one = _account(placed, opened[placed.name])
            first = accounts.setdefault((one["exchange"], opened[placed.name].api_key.reveal()), one)
            first["rights"] = {*first["rights"], *one["rights"]}
    return list(accounts.values())


def client_ip(workspace: Workspace) -> str | None:
    """Return the address a simulator should see requests come from: the configured egress, or one that is let in."""
    listed = [*workspace.config.egress.addresses]
    for placed in workspace.manifests.connections:
        listed += placed.document.spec.ip_allowlist
    return listed[0].partition("/")[0] if listed else None


def _simulated(workspace: Workspace) -> list[Placed[Connection]]:
    return [one for one in workspace.manifests.connections if one.document.spec.environment == "simulator"]


def _account(placed: Placed[Connection], own: Credentials) -> KeyFields:
    spec = placed.document.spec
    return KeyFields(
        name=placed.name,
        exchange=spec.exchange,
        rights=declared_rights(spec.permissions, spec.markets),
        ip_allowlist=spec.ip_allowlist or None,
        api_key=own.api_key.reveal(),
        secret=own.secret.reveal(),
        passphrase=own.passphrase.reveal() if own.passphrase else None,
    )


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
