"""From opened bytes to a `Secret`: what can be no credential is refused, and nothing is repeated in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.errors import SecretError, SecretRejected
from reconciler.values.secret import Secret, SecretRef

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def secret_of(payload: bytes, *, is_whole_file: bool = False) -> Secret:
    """Return the secret that a payload is; a whole file may end in one line break, which editors add.

    Raises SecretRejected when it is empty, no text, or holds what no credential holds.
    """
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        raise SecretRejected("the value is not UTF-8 text") from None
    if is_whole_file:
        text = text.removesuffix("\n").removesuffix("\r")
    if not text.strip():
        raise SecretRejected("the value is empty")
    if _CONTROL.search(text):
        raise SecretRejected("the value holds control characters")
    # Private keys in PEM form are the one kind of credential with line breaks.
    if ("\n" in text or "\r" in text) and not text.lstrip().startswith("-----BEGIN "):
        raise SecretRejected("the value holds a line break", hint="write it again without one")
    return Secret(text)


@contextmanager
def naming(ref: SecretRef) -> Iterator[None]:
    """Have every error say which reference it is about."""
    try:
        yield
    except SecretError as error:
        named = type(error)(f"{_shown(ref)}: {error.message}", hint=error.hint)
    else:
        return
    raise named


def _shown(ref: SecretRef) -> str:
    # What is neither a path nor the name of a variable may be the secret itself, put where its name belongs.
    is_name = "/" in ref.locator or "." in ref.locator or ref.locator.startswith("RECONCILE_")
    return str(ref) if is_name else f"{ref.scheme}:…"
