"""References to environment variables: `{env: NAME}`, for names that were set aside for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.model.secret_scheme import Scheme

if TYPE_CHECKING:
    from reconciler.model.ports import Place, SecretProvider
    from reconciler.values.secret import Secret, SecretRef

SCHEME = Scheme("env", "an environment variable named RECONCILE_SECRET_*", keyed=False)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")
_ALLOW = "RECONCILE_ALLOW_ENV"


def provider(environ: Mapping[str, str], home: Path, ask: Callable[[str], str] | None = None) -> SecretProvider:
    """Return what opens these references for one run; nobody is ever asked."""
    return Env(environ)


class Env:
    """Hands out variables whose names the operator allowed; a manifest alone cannot reach any other."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        widened = (pattern.strip() for pattern in environ.get(_ALLOW, "").split(","))
        self._patterns = ("RECONCILE_SECRET_*", *(pattern for pattern in widened if pattern))

    def open(self, ref: SecretRef, place: Place) -> Secret:
        """Return the value of an allowed variable, as it is."""
        from reconciler.sealed import payload

        with payload.naming(ref):
            return payload.secret_of(self._value(ref.locator).encode("utf-8", "surrogateescape"))

    def _value(self, name: str) -> str:
        from reconciler.errors import SecretNotFound, SecretRejected
        from reconciler.kit import suggest

        if not self._is_allowed(name):
            raise SecretRejected(
                "only variables named RECONCILE_SECRET_* are read",
                hint=f"rename it, or have the operator allow it in the environment variable {_ALLOW}",
            )
        if name not in self._environ:
            near = suggest.closest(name, filter(self._is_allowed, self._environ))
            hint = f'did you mean "{near}"?' if near else f"set {name} in the environment of this program"
            raise SecretNotFound("the variable is not set", hint=hint)
        return self._environ[name]

    def _is_allowed(self, name: str) -> bool:
        # The identities themselves are never a credential, however wide the operator's pattern.
        return (
            _NAME.fullmatch(name) is not None
            and not name.startswith("SOPS_")
            and any(fnmatchcase(name, pattern) for pattern in self._patterns)
        )
