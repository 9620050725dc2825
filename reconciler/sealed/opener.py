"""Opening guarded files with the right identities: the user's own, and for the simulator the checked-in one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

from reconciler.errors import SecretError, SecretLocked, SecretRejected
from reconciler.model.ports import Place
from reconciler.sealed import demo, guards
from reconciler.sealed.guards import OpenFile
from reconciler.sealed.identities import Ask, Found, shared
from reconciler.sealed.keyfile import Identity

T = TypeVar("T")
Stages = Iterator[Sequence[object]]


class Opener:
    """Opens each file once, however many of its values are used, and keeps what it held for one run.

    Outside of any repository, as in one's home folder, identities below the root are as good as others.
    """

    def __init__(
        self, environ: Mapping[str, str], home: Path, ask: Ask | None = None, *, in_repository: bool = True
    ) -> None:
        self._in_repository = in_repository
        self._identities = shared(environ, home, ask)
        self._lock = threading.RLock()
        self._kept: dict[tuple[object, ...], object] = {}
        self._demo: dict[Path, Sequence[Identity]] = {}
        self._starts: dict[tuple[Path, Path], tuple[str, ...]] = {}
        self._outside: dict[tuple[Path | None, Path], bool] = {}

    def open(self, locator: str, place: Place, decrypt: Callable[[bytes, Stages], T]) -> T:
        """Return what `decrypt` makes of a file and the identities that may open it here.

        What the simulator opened is kept apart: the demo identity must not serve a live connection.
        """
        parts = guards.way(self._start(place), locator)
        with self._lock, guards.opened(place.root, parts) as file:
            key = (file.identity, place.simulated)
            if key not in self._kept:
                self._kept[key] = self._decrypted(file, place, decrypt)
            kept = self._kept[key]
        if isinstance(kept, SecretError):
            raise type(kept)(kept.message, hint=kept.hint)
        return cast(T, kept)

    def _start(self, place: Place) -> tuple[str, ...]:
        key = (place.folder, place.root)
        if key not in self._starts:
            self._starts[key] = guards.below(place.folder, place.root)
        return self._starts[key]

    def _decrypted(self, file: OpenFile, place: Place, decrypt: Callable[[bytes, Stages], T]) -> T | SecretError:
        data = file.read()
        try:
            self._refuse_public(data, place, decrypt)
            return decrypt(data, self._stages(place))
        except SecretLocked as error:
            return self._told_where(error, place)
        except SecretError as error:
            return error

    def _refuse_public(self, data: bytes, place: Place, decrypt: Callable[[bytes, Stages], T]) -> None:
        # Whoever reads the repository can open what the demo identity opens, whoever else may open it too.
        public = [] if place.simulated else self._demo_identities(place.root)
        if not public:
            return
        try:
            decrypt(data, iter([[identity.key for identity in public]]))
        except SecretError:
            return
        raise SecretRejected(
            "the public demo identity opens it, so no live connection may use it",
            hint="create a new key, and encrypt it to your own identity: reconcile secrets set",
        )

    def _stages(self, place: Place) -> Stages:
        checked_in = self._demo_identities(place.root)
        if place.simulated and checked_in:
            yield [identity.key for identity in checked_in]
        public = {identity.recipient for identity in checked_in}
        for stage in self._identities.stages():
            usable = (one for found in stage if self._is_outside(found, place.root) for one in found.identities)
            yield [one.key for one in usable if place.simulated or one.recipient not in public]

    def _demo_identities(self, root: Path) -> Sequence[Identity]:
        if root not in self._demo:
            self._demo[root] = demo.identities(root)
        return self._demo[root]

    def _told_where(self, error: SecretLocked, place: Place) -> SecretLocked:
        found = [one for stage in self._identities.stages() for one in stage if one.identities]
        inside = [one.source for one in found if not self._is_outside(one, place.root)]
        ignored = f"; inside the repository, so never used: {', '.join(inside)}" if inside else ""
        own = [key.recipient for one in found if one.source not in inside for key in one.identities if key.recipient]
        begin = f"your public key is {own[0]}" if own else "make an identity with: reconcile secrets keygen"
        hint = f"{begin}; have it added as a recipient by somebody who can open the file (sops updatekeys)"
        if not own and (failures := self._identities.failures()):
            hint = f"have an identity of yours be read: {failures[0]}"
        return SecretLocked(
            f"{error.message} (looked at {self._identities.where()}{ignored})",
            hint=hint,
        )

    def _is_outside(self, found: Found, root: Path) -> bool:
        key = (found.file, root)
        if key not in self._outside:
            # Compared by where the file really is, so that a link in the home folder does not lead back inside.
            file = found.file
            self._outside[key] = (
                not self._in_repository or file is None or not file.resolve().is_relative_to(root.resolve())
            )
        return self._outside[key]
