"""The data key of a SOPS file: unwrapped with the identities at hand, wrapped for recipients."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from reconciler.errors import SecretLocked, SecretRejected
from reconciler.sealed import agefile, shamir
from reconciler.sealed.metadata import Group, Metadata, Wrapped

KEY_BYTES = 32


def unwrap(metadata: Metadata, stages: Iterable[Sequence[object]]) -> bytes:
    """Return the data key; later stages of identities are only asked for when the earlier ones do not do.

    Raises SecretLocked when too few key groups open, SecretRejected when what opens is malformed.
    """
    parts: dict[int, bytes] = {}
    needed = metadata.threshold if len(metadata.groups) > 1 else 1
    for identities in stages:
        for number, group in enumerate(metadata.groups):
            if number not in parts and (part := _open(group, identities)) is not None:
                parts[number] = part
        if len(parts) >= needed:
            return _joined(list(parts.values()), metadata)
    raise SecretLocked(_locked(metadata, len(parts), needed))


def _open(group: Group, identities: Sequence[object]) -> bytes | None:
    broken: SecretRejected | None = None
    for wrapped in group.age:
        try:
            part = agefile.decrypt(wrapped.enc.encode(), identities)
        except SecretRejected as error:
            # One damaged entry does not keep another recipient's from opening the file.
            broken = error
            continue
        if part is not None:
            return part
    if broken is not None:
        raise broken
    return None


def _joined(parts: Sequence[bytes], metadata: Metadata) -> bytes:
    key = shamir.combine(parts) if len(metadata.groups) > 1 else parts[0]
    if len(key) != KEY_BYTES:
        raise SecretRejected("the data key has the wrong length")
    return key


def _locked(metadata: Metadata, opened: int, needed: int) -> str:
    names = ", ".join(dict.fromkeys(metadata.recipients)) or "no age recipient"
    also = f", and keys of {', '.join(metadata.others)}, which this program does not use" if metadata.others else ""
    if len(metadata.groups) > 1:
        return (
            f"the file needs {needed} of {len(metadata.groups)} key groups and {opened} open; it is for {names}{also}"
        )
    return f"no identity at hand opens it; it is for {names}{also}"


def wrap(key: bytes, groups: Sequence[Sequence[str]], threshold: int) -> list[list[Wrapped]]:
    """Wrap the data key once for each recipient, or a share of it for each recipient of a group."""
    parts = shamir.split(key, len(groups), threshold) if len(groups) > 1 else [key]
    return [
        [Wrapped(recipient, agefile.encrypt(part, [recipient]).decode()) for recipient in dict.fromkeys(group)]
        for part, group in zip(parts, groups, strict=True)
    ]


def fresh() -> bytes:
    """Return a new data key."""
    return os.urandom(KEY_BYTES)
