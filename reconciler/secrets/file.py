"""References to files in clear: `{file: PATH}`, in folders the operator named, such as mounted secrets."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.model.secret_scheme import Scheme

if TYPE_CHECKING:
    from reconciler.model.ports import Place, SecretProvider
    from reconciler.values.secret import Secret, SecretRef

SCHEME = Scheme("file", "a file in a folder named in RECONCILE_ALLOW_FILES", keyed=False)
_ALLOW = "RECONCILE_ALLOW_FILES"


def provider(environ: Mapping[str, str], home: Path, ask: Callable[[str], str] | None = None) -> SecretProvider:
    """Return what opens these references for one run; nobody is ever asked."""
    return File(environ)


class File:
    """Reads files inside the allowed folders; links count by where they lead, as Kubernetes mounts are made of them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        named = (Path(folder) for folder in environ.get(_ALLOW, "").split(os.pathsep) if folder)
        self._folders = tuple(folder for folder in named if folder.is_absolute())

    def open(self, ref: SecretRef, place: Place) -> Secret:
        """Return what the file holds, without the line break at its end."""
        from reconciler.sealed import guards, payload

        with payload.naming(ref):
            root, parts = self._way(ref.locator, place)
            with guards.opened(root, parts) as file:
                _check_mode(file.status)
                return payload.secret_of(file.read(), is_whole_file=True)

    def _way(self, locator: str, place: Place) -> tuple[Path, tuple[str, ...]]:
        from reconciler.errors import SecretNotFound, SecretRejected

        if "\0" in locator:
            raise SecretRejected("the path is malformed")
        name = Path(os.path.normpath(place.folder.absolute() / locator))
        # First by name, so that nothing is learnt about files elsewhere; then by where links lead.
        if any(name.is_relative_to(folder) for folder in self._folders):
            try:
                real = name.resolve(strict=True)
            except (OSError, RuntimeError):
                raise SecretNotFound("there is no such file") from None
            for folder in self._folders:
                top = folder.resolve()
                if real != top and real.is_relative_to(top):
                    return top, real.relative_to(top).parts
        raise SecretRejected(
            f"files in clear are read only in folders that {_ALLOW} names",
            hint=f"encrypt the secret, or have the operator name the folder in the environment variable {_ALLOW}",
        )


def _check_mode(status: os.stat_result) -> None:
    from reconciler.errors import SecretRejected

    # A group may read what belongs to somebody else: so does Kubernetes hand secrets to a pod's fsGroup.
    open_bits = 0o037 if status.st_uid != os.geteuid() else 0o077
    if status.st_mode & open_bits:
        raise SecretRejected(
            f"the file's mode {status.st_mode & 0o777:04o} lets others at it",
            hint="chmod 600 the file; for a Kubernetes secret set defaultMode: 0400",
        )
