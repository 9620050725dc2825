"""The age identities of whoever runs us, found where SOPS finds them, loaded once and only when needed."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from reconciler.errors import SecretLocked
from reconciler.sealed import commands, keyfile
from reconciler.sealed.keyfile import Identity

Ask = Callable[[str], str]

_VARIABLES = (
    "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
    "SOPS_AGE_KEY",
    "SOPS_AGE_KEY_FILE",
    "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
    "SOPS_AGE_KEY_CMD",
)
_ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Found:
    """The identities of one source, or why there are none; `file` is None for those that come from no file."""

    source: str
    file: Path | None
    identities: tuple[Identity, ...] = ()
    failure: str = ""
    protected: bytes = b""


def config_file(environ: Mapping[str, str], home: Path, platform: str = sys.platform) -> Path:
    """Return the key file in the user's configuration folder, `sops/age/keys.txt`."""
    if platform == "win32":
        folder = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif environ.get("XDG_CONFIG_HOME"):
        folder = Path(environ["XDG_CONFIG_HOME"])
    else:
        folder = home / ("Library/Application Support" if platform == "darwin" else ".config")
    return folder / "sops" / "age" / "keys.txt"


class Identities:
    """All sources of identities: plain ones first, commands next, and last those for which somebody must be asked."""

    def __init__(self, environ: Mapping[str, str], home: Path, *, ask: Ask | None = None) -> None:
        self._environ = dict(environ)
        self._home = home
        self._ask = ask
        self._lock = threading.RLock()
        self._plain: list[Found] | None = None
        self._commands: list[Found] | None = None
        self._asked: list[Found] | None = None

    def stages(self) -> Iterator[list[Found]]:
        """Yield the sources, the costly ones only when somebody goes on asking; each is loaded once."""
        yield self._from_files()
        yield self._from_commands()
        yield self._from_people()

    def own_recipients(self) -> list[str]:
        """Return the public recipients of the identities that are at hand without a command or a question."""
        found = (one.recipient for source in self._from_files() for one in source.identities)
        return list(dict.fromkeys(recipient for recipient in found if recipient))

    def where(self) -> str:
        """Say where identities were looked for, and what was found there."""
        return "; ".join(f"{one.source}: {one.failure or f'{len(one.identities)} found'}" for one in self._tried())

    def failures(self) -> list[str]:
        """Say which sources are there and could not be used."""
        return [f"{one.source} {one.failure}" for one in self._tried() if one.failure not in ("", _ABSENT)]

    def _tried(self) -> list[Found]:
        # What was asked about is known better than when it was merely found.
        tried = [*(self._plain or ()), *(self._commands or ()), *(self._asked or ())]
        return list({one.source: one for one in tried}.values())

    def _from_files(self) -> list[Found]:
        with self._lock:
            if self._plain is None:
                self._plain = [self._load(name, file) for name, file in self._files()]
                if text := self._environ.get("SOPS_AGE_KEY"):
                    self._plain.append(_read("SOPS_AGE_KEY", None, _one_per_line(text)))
            return self._plain

    def _files(self) -> Iterator[tuple[str, Path]]:
        for name in ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", "SOPS_AGE_KEY_FILE"):
            if self._environ.get(name):
                yield name, Path(self._environ[name])
        for name in ("id_ed25519", "id_rsa"):
            yield f"~/.ssh/{name}", self._home / ".ssh" / name
        yield "the user's key file", config_file(self._environ, self._home)

    def _load(self, name: str, file: Path) -> Found:
        source = name if name.startswith("~") else f"{name} ({file})"
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            return Found(source, file, failure=_ABSENT)
        except OSError as error:
            return Found(source, file, failure=f"not readable: {error.strerror}")
        return _read(source, file, data)

    def _from_commands(self) -> list[Found]:
        with self._lock:
            if self._commands is None:
                named = [name for name in _VARIABLES if name.endswith("_CMD") and self._environ.get(name)]
                self._commands = [self._run(name) for name in named]
            return self._commands

    def _run(self, name: str) -> Found:
        try:
            return _read(name, None, commands.output_of(name, self._environ))
        except SecretLocked as error:
            return Found(name, None, failure=error.message)

    def _from_people(self) -> list[Found]:
        with self._lock:
            if self._asked is None:
                locked = [one for one in (*(self._plain or ()), *(self._commands or ())) if one.protected]
                self._asked = [self._unlock(one) for one in locked]
            return self._asked

    def _unlock(self, locked: Found) -> Found:
        if self._ask is None:
            return Found(locked.source, locked.file, failure="needs a passphrase, and nobody is there to be asked")
        try:
            data = keyfile.unlocked(locked.protected, self._ask(f"Passphrase of {locked.source}"))
        except SecretLocked as error:
            return Found(locked.source, locked.file, failure=error.message)
        return _read(locked.source, locked.file, data)


def _one_per_line(text: str) -> bytes:
    # In the variable any white space separates identities; in files it is the line break alone.
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return "\n".join(word for line in lines for word in line.split()).encode()


def _read(source: str, file: Path | None, data: bytes) -> Found:
    if keyfile.is_protected(data):
        return Found(source, file, failure="protected by a passphrase", protected=data)
    identities, failures = keyfile.read(data)
    return Found(source, file, tuple(identities), "; ".join(failures))


_alive: WeakValueDictionary[bytes, Identities] = WeakValueDictionary()
_alive_lock = threading.Lock()


def shared(environ: Mapping[str, str], home: Path, ask: Ask | None = None) -> Identities:
    """Return the identities of an environment, the same ones for all providers that live at the same time.

    So a command runs once for a run, and a later run looks anew.
    """
    names = ("XDG_CONFIG_HOME", "APPDATA", "PATH", *_VARIABLES)
    told: Sequence[object] = [str(home), id(ask), *(environ.get(name) for name in names)]
    key = hashlib.sha256(repr(told).encode()).digest()
    with _alive_lock:
        found = _alive.get(key)
        if found is None:
            found = _alive[key] = Identities(environ, home, ask=ask)
        return found
