"""Which files a loop depends on, whether any of them changed, and a call when the system says that one may have.

The call only wakes the loop. What decides is the stamp of the files themselves, so that a call too many costs nothing
and one that never comes costs no more than the time to the next pass.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from reconciler.model.manifest import Manifests

# How long the system may be silent before it is looked whether other folders are to be watched.
_LOOK_MS = 5_000
_FILE_SCHEMES = ("sops", "age", "file")


def secret_files(manifests: Manifests) -> tuple[Path, ...]:
    """Return the files that the secret references of some manifests name, each once."""
    found = set()
    for placed in (*manifests.connections, *manifests.listers):
        folder = (manifests.root / placed.source.file).parent
        for ref in placed.document.spec.credentials.refs.values():
            if ref.scheme in _FILE_SCHEMES:
                found.add(Path(os.path.normpath(folder / ref.locator)))
    return tuple(sorted(found))


def stamp(paths: Iterable[Path]) -> str:
    """Return a text that changes whenever a file at or below some paths does; what is hidden is passed over."""
    digest = hashlib.sha256()
    for path in paths:
        for entry in _entries(path):
            digest.update(entry.encode(errors="surrogateescape"))
    return digest.hexdigest()


def folders(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the folders in which something would change when a file at or below some paths does."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(_folders(path))
        elif path.parent.is_dir():
            found.add(path.parent)
    return tuple(sorted(found))


async def listen(
    wanted: Callable[[], Sequence[Path]], changed: Callable[[], None], stop: asyncio.Event, debounce: timedelta
) -> None:
    """Call whenever files in some folders changed and then rested for a while, until stopped.

    Raises OSError where the system can watch no more folders.
    """
    from watchfiles import awatch

    rest_ms = max(int(debounce / timedelta(milliseconds=1)), 1)
    while not stop.is_set():
        now = tuple(wanted())
        quiet = awatch(
            *now,
            recursive=False,
            stop_event=stop,
            step=rest_ms,
            debounce=10 * rest_ms,
            watch_filter=None,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
        )
        async for changes in quiet:
            if changes:
                changed()
            if tuple(wanted()) != now:
                break


def _entries(path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield _entry(path)
        return
    for folder in _folders(path):
        with os.scandir(folder) as entries:
            yield from sorted(_entry(Path(entry.path)) for entry in entries if not entry.name.startswith("."))


def _entry(path: Path) -> str:
    try:
        state = path.stat()
    except OSError as error:
        return f"{path}\0{error.errno}\n"
    # A folder says by its files what changed in it.
    own = "" if path.is_dir() else f"{state.st_ino} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
    return f"{path}\0{own}\n"


def _folders(path: Path) -> Iterator[Path]:
    for folder, inside, _ in os.walk(path):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        yield Path(folder)
