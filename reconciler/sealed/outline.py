"""What can be said of an encrypted file without any key: its dotted keys, what is encrypted, and for whom."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.sealed import values
from reconciler.sealed.metadata import Metadata, read_metadata
from reconciler.sealed.reading import parse
from reconciler.sealed.tree import Path, Scalar, dotted, mapped, plain_bytes


@dataclass(frozen=True, slots=True)
class Outlined:
    """One leaf: whether the file's own rule has it encrypted, whether it is, and what tells its text from others."""

    is_selected: bool
    is_encrypted: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A SOPS file from outside; nothing in it was authenticated."""

    leaves: Mapping[str, Outlined]
    metadata: Metadata

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who can open the file: its age recipients, and the kinds of other keys it is wrapped for."""
        return (*sorted(set(self.metadata.recipients)), *self.metadata.others)


def outline(data: bytes, format_name: str) -> Outline:
    """Take a SOPS file apart without opening anything.

    Raises SecretRejected when the file is none of SOPS.
    """
    parsed = parse(data, format_name)
    metadata = read_metadata(parsed.metadata)
    is_selected = metadata.rule.selector()
    found: dict[str, Outlined] = {}

    def noted(path: Path, leaf: Scalar) -> Scalar:
        if leaf is not None:
            digest = hashlib.sha256(plain_bytes(leaf)).hexdigest()
            found[dotted(path)] = Outlined(is_selected(path, leaf), values.is_encrypted(leaf), digest)
        return leaf

    for tree in parsed.documents:
        mapped(tree, noted)
    return Outline(found, metadata)
