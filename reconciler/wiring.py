"""The composition root: from settings to plug-ins to a `Reconciler`; the only place that knows them all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.documents.known import Known
from reconciler.engine.order import Mode, Order, Ports, Surroundings
from reconciler.engine.select import select
from reconciler.errors import NothingMatched, UsageError
from reconciler.grounds import Scale, grounds
from reconciler.kit import discover
from reconciler.kit.clock import Clock, SystemClock
from reconciler.kit.lazy import LazyMapping
from reconciler.manifests.config import read_config
from reconciler.manifests.load import load
from reconciler.manifests.revision import revision
from reconciler.model.directory import Directory
from reconciler.model.directory import read as read_directory
from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests
from reconciler.model.report import Report
from reconciler.model.rule import Rule

if TYPE_CHECKING:
    from reconciler.documents.config import Config
    from reconciler.engine.pipeline import Reconciler
    from reconciler.kit.keyfile import HostKey
    from reconciler.model.exchange import Exchange
    from reconciler.model.grounds import Grounds
    from reconciler.model.ports import Platform, Prober, Progress, SecretProvider, Store

# Always in the folder that git ignores, wherever the databases are put: the key is the one thing in the clear.
KEY_FILE = Path(".reconciler") / "key"
Ask = Callable[[str], str]
# Takes an exchange and an environment.
BaseUrl = Callable[[str, str], str | None]


@cache
def directory() -> Directory:
    """Return what was generated about the exchange files."""
    return read_directory((Path(__file__).parent / "directory.json").read_text(encoding="utf-8"))


@cache
def exchanges() -> LazyMapping[Exchange]:
    """Return every exchange that keys can be tested at, by id; a file is imported when its facts are asked for.

    A file answers for its own id and its variants, the generic one for whatever else ccxt knows.
    """
    package = "reconciler.exchanges"
    files, variants = discover.names(package), directory().variants

    def make(id: str) -> Exchange:
        if id not in files and id not in variants:
            from reconciler.exchanges._generic import generic

            return generic(id, directory().others[id])
        module = discover.load(package, id if id in files else variants[id])
        found: Exchange = next(one for one in (module.EXCHANGE, *getattr(module, "VARIANTS", ())) if one.id == id)
        return found

    return LazyMapping(dict.fromkeys((*files, *variants, *directory().others)), make)


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule there is a file for."""
    package = "reconciler.policies"
    return tuple(discover.load(package, word).RULE for word in discover.names(package))


@cache
def known() -> Known:
    """Return what the grammar must be told about the plug-ins."""
    package = "reconciler.secrets"
    return Known(
        exchanges=exchanges().mapped(lambda exchange: exchange.traits),
        schemes={word: discover.load(package, word).SCHEME.keyed for word in discover.names(package)},
        rules={rule.id: rule.traits for rule in rules() if not rule.is_fixed},
        summaries={rule.id: rule.summary for rule in rules()},
        refused=directory().refused,
        drivers=frozenset(discover.names("reconciler.platforms")),
    )


def secret_providers(environ: Mapping[str, str] | None = None, ask: Ask | None = None) -> dict[str, SecretProvider]:
    """Return a fresh provider for every scheme; one set serves one run.

    `ask` is called for the passphrase of a protected identity; None where nobody is there to be asked.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get("HOME") or Path.home())
    package = "reconciler.secrets"
    return {word: discover.load(package, word).provider(environ, home, ask) for word in discover.names(package)}


@dataclass(frozen=True)
class Workspace:
    """What a command works on: the settings and the manifests, and every mistake in either.

    A selection is a part of what there is; a narrowed one was made by labels or names, and not by files.
    """

    root: Path
    config: Config
    manifests: Manifests
    findings: tuple[Finding, ...] = ()
    is_selection: bool = False
    is_narrowed: bool = False
    providers: Mapping[str, SecretProvider] = field(default_factory=dict)

    @cached_property
    def revision(self) -> str | None:
        """The git revision the manifests are at, read once."""
        return revision(self.root)

    @cached_property
    def grounds(self) -> Grounds:
        """What lies beside the documents, looked at once and opened never."""
        wanting = exchanges().mapped(lambda exchange: exchange.traits.needs_passphrase)
        return grounds(self.manifests, self.config, Scale(self.is_selection, self.is_narrowed), wanting)

    def around(self) -> Surroundings:
        """Say what the manifests do not: at which revision, from where, under which rules."""
        return Surroundings(
            revision=self.revision,
            egress_addresses=self.config.egress.addresses,
            titles=exchanges().mapped(lambda exchange: exchange.traits.title),
            needs_passphrase=exchanges().mapped(lambda exchange: exchange.traits.needs_passphrase),
            inseparable=exchanges().mapped(lambda exchange: exchange.inseparable),
            rules=rules(),
            grounds=self.grounds,
            is_selection=self.is_selection,
            settings=self._settings(),
        )

    def _settings(self) -> str:
        text = json.dumps(self.config.model_dump(mode="json", by_alias=True), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def blank(self, command: str, clock: Clock) -> Report:
        """Return the report of a run that has not done anything yet."""
        now = clock.now()
        return Report(command, now, now, self.revision, documents=self.manifests.count)


def read_workspace(
    *,
    cwd: Path,
    environ: Mapping[str, str] | None,
    config: Path | None = None,
    manifests: Sequence[Path] = (),
    labels: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    ask: Ask | None = None,
) -> Workspace:
    """Read settings and manifests, and select; nothing is opened or contacted.

    Without an `environ` no secret can be opened and no host is judged. Raises NothingMatched.
    """
    if absent := [path for path in manifests if not (cwd / path).exists()]:
        raise NothingMatched(f"there is no {absent[0]}", hint="correct the path given with --manifests")
    settings = read_config(config, cwd=cwd, known=known(), environ=environ, manifests=manifests)
    paths = [cwd / path for path in manifests] or [settings.root / name for name in settings.config.manifests]
    loaded = load(paths, root=settings.root, known=known(), strategies=settings.config.strategies)
    findings = tuple(sorted((*settings.findings, *loaded.findings), key=lambda finding: finding.order))
    if not (findings or manifests or config or loaded.count) and (above := _above(cwd)):
        raise NothingMatched("no manifest was found", hint=f"run it from {above}, where the manifests are")
    chosen = loaded if findings else select(loaded, labels=labels or {}, only=only)
    return Workspace(
        root=settings.root,
        config=settings.config,
        manifests=chosen,
        findings=findings,
        is_selection=bool(labels or only or manifests),
        is_narrowed=bool(labels or only),
        providers={} if environ is None else secret_providers(environ, ask),
    )


def _above(cwd: Path) -> Path | None:
    names = ("reconciler.yaml", "connections.d")
    return next((folder for folder in cwd.parents if any((folder / name).exists() for name in names)), None)


def reconciler(
    workspace: Workspace,
    order: Order,
    simulated: Mapping[str, str],
    progress: Progress | None,
    prober: Prober | None = None,
) -> Reconciler:
    """Put a pass together; every mode but APPLY opens platform and store read-only.

    `simulated` gives the URL of each simulated exchange. A `prober` that made earlier passes remembers what they spent
    of the exchanges' limits. Raises StoreError and PlatformError.
    """
    from reconciler.engine.pipeline import Reconciler

    names = [placed.name for placed in workspace.manifests.connections]
    if any(name not in names for name in order.permissions.replaces):
        raise UsageError("--allow-replace names no connection", hint="write the metadata.name of a Connection")
    clock = SystemClock()
    if order.saved is not None:
        # Before anything is opened: what shows without a key refuses without one.
        from reconciler.engine.fitting import refuse_unless_based, refuse_unless_timely
        from reconciler.engine.saving import basis

        refuse_unless_timely(order.saved, clock.now())
        refuse_unless_based(order.saved, basis(workspace.manifests, workspace.around()))
    read_only = order.mode is not Mode.APPLY
    platform, key = open_platform(workspace, read_only=read_only)
    ports = Ports(
        providers=workspace.providers,
        prober=prober or make_prober(base_urls(workspace, simulated), clock),
        platform=platform,
        store=open_store(workspace, read_only=read_only),
        fingerprinter=key.fingerprinter(),
        clock=clock,
        progress=progress,
        seal=None if key.is_passing else key.seal,
    )
    return Reconciler(workspace.manifests, ports, replace(workspace.around(), owner=owner()))


def open_platform(workspace: Workspace, *, read_only: bool) -> tuple[Platform, HostKey]:
    """Open the platform that the settings name, with the key of this host that it needs.

    Raises StoreError when the key cannot be trusted, PlatformError.
    """
    from reconciler.kit.keyfile import open_key

    platform_path, store_path = (
        workspace.root / path for path in (workspace.config.platform.path, workspace.config.store.path)
    )
    key = open_key(workspace.root / KEY_FILE, read_only=read_only, needed_by=(platform_path, store_path))
    driver = discover.load("reconciler.platforms", workspace.config.platform.driver)
    platform: Platform = driver.open_platform(platform_path, key=key, read_only=read_only)
    return platform, key


def open_store(workspace: Workspace, *, read_only: bool) -> Store:
    """Open what is remembered of this config repository.

    Raises StoreError.
    """
    store: Store = discover.load("reconciler.stores", "sqlite").open_store(
        workspace.root / workspace.config.store.path, read_only=read_only
    )
    return store


def make_key(workspace: Workspace) -> None:
    """Make the key of this host if there is none yet: a store that is there before it is taken for one that lost it.

    Raises StoreError.
    """
    from reconciler.kit.keyfile import open_key

    paths = (workspace.config.platform.path, workspace.config.store.path)
    needed_by = tuple(workspace.root / path for path in paths)
    open_key(workspace.root / KEY_FILE, read_only=False, needed_by=needed_by)


def base_urls(workspace: Workspace, simulated: Mapping[str, str]) -> BaseUrl:
    """Return what says where an exchange of an environment is; None for the exchange's own hosts."""
    settings = workspace.config.exchanges

    def base_url(exchange: str, environment: str) -> str | None:
        if environment == "simulator":
            return simulated.get(exchange)
        return settings[exchange].base_url if exchange in settings else None

    return base_url


def make_prober(base_url: BaseUrl, clock: Clock) -> Prober:
    """Make what tests keys; it serves one event loop."""
    from reconciler.probing.prober import CcxtProber

    return CcxtProber(exchanges(), clock=clock, base_url=base_url)


@cache
def owner() -> str:
    """Say who makes a change, for the lock and the history."""
    import getpass
    import secrets
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid {os.getuid()}"
    # Two containers may share their host name, and each runs us as pid 1: the lock must tell them apart.
    return f"{user}@{socket.gethostname()} pid {os.getpid()} ({secrets.token_hex(3)})"
