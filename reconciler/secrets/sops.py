"""References into SOPS files: `{sops: FILE, key: dotted.path}`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.model.secret_scheme import Scheme, Sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.ports import Place, SecretProvider
    from reconciler.sealed.opener import Stages
    from reconciler.sealed.reading import Opened
    from reconciler.values.secret import Secret, SecretRef

SCHEME = Scheme("sops", "one value of a file encrypted by SOPS", keyed=True)
_log = logging.getLogger(__name__)


def provider(environ: Mapping[str, str], home: Path, ask: Callable[[str], str] | None = None) -> SecretProvider:
    """Return what opens these references for one run; `ask` is called for the passphrase of a key file."""
    return Sops(environ, home, ask)


def look(data: bytes, name: str) -> Sealed:
    """Return how a SOPS file looks without its key.

    Raises SecretRejected when it is none.
    """
    from reconciler.sealed import outline, reading

    return outline.outline(data, reading.format_of(name))


class Sops:
    """Opens each SOPS file once, and hands out its values one by one."""

    def __init__(self, environ: Mapping[str, str], home: Path, ask: Callable[[str], str] | None = None) -> None:
        from reconciler.sealed.opener import Opener

        self._opener = Opener(environ, home, ask)

    def open(self, ref: SecretRef, place: Place) -> Secret:
        """Return the value under the reference's key, once the whole file proved authentic."""
        from reconciler.sealed import payload, reading

        format_name = reading.format_of(ref.locator)

        def decrypt(data: bytes, stages: Stages) -> Opened:
            opened = reading.open_file(data, format_name, stages)
            for note in reading.notes(data, format_name):
                _log.warning("%s: %s", ref.locator, note)
            return opened

        with payload.naming(ref):
            opened = self._opener.open(ref.locator, place, decrypt)
            return payload.secret_of(opened.secret(ref.key or ""), is_whole_file=format_name == "binary")
