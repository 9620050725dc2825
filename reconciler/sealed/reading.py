"""Reading a SOPS file: nothing in it leaves this module before its MAC was verified."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import cast

from reconciler.errors import SecretNotFound, SecretRejected
from reconciler.kit import suggest
from reconciler.sealed import datakey, values
from reconciler.sealed.mac import Mac
from reconciler.sealed.metadata import Metadata, read_metadata
from reconciler.sealed.parsed import Parsed
from reconciler.sealed.selection import Rule
from reconciler.sealed.tree import Comment, Path, Scalar, Tree, dotted, keys_of, mapped, plain_bytes

# A message is no table of contents.
_LISTED = 12
_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of an opened file, and whether it stood encrypted in it."""

    path: Path
    value: Scalar = field(repr=False)
    is_encrypted: bool


@dataclass(frozen=True)
class Opened:
    """A file whose MAC was verified; its data key lets values be added."""

    documents: list[Tree]
    leaves: tuple[Leaf, ...]
    metadata: Metadata
    data_key: bytes

    def __repr__(self) -> str:
        return f"Opened({len(self.leaves)} leaves)"

    @cached_property
    def _by_name(self) -> dict[str, list[Leaf]]:
        named: dict[str, list[Leaf]] = {}
        for leaf in self.leaves:
            named.setdefault(dotted(leaf.path), []).append(leaf)
        return named

    def _meant(self, name: str) -> str:
        if len(self._by_name) <= _LISTED:
            return suggest.did_you_mean(name, self._by_name)
        near = suggest.closest(name, self._by_name)
        return f'did you mean "{near}"?' if near else f"it has {len(self._by_name)} others"

    def secret(self, name: str) -> bytes:
        """Return the bytes of the value under a dotted key.

        Raises SecretNotFound when there is none, SecretRejected when it is one that must not be trusted.
        """
        found = self._by_name.get(name, [])
        if not found:
            raise SecretNotFound("the file has no such key", hint=self._meant(name))
        if len(found) > 1:
            raise SecretRejected("several values of the file answer to this key")
        leaf = found[0]
        # "a:b" and a, b are bound to the same place, so a value could have been moved between them.
        if any(":" in key for key in keys_of(leaf.path)):
            raise SecretRejected("a key that holds a colon is ambiguous")
        if leaf.value == "":
            raise SecretRejected("the value is empty")
        if not leaf.is_encrypted:
            raise SecretRejected(
                "the value stands in clear in the file", hint="treat it as leaked, and encrypt its replacement"
            )
        return plain_bytes(leaf.value)


def format_of(name: str) -> str:
    """Return the format that a file name stands for; whatever is not known is binary."""
    return next((word for suffix, word in _SUFFIXES.items() if name.endswith(suffix)), "binary")


def module_of(format_name: str) -> ModuleType:
    """Import the reader and writer of a format; late, since nobody needs all of them."""
    return import_module(f"reconciler.sealed.formats.{format_name}")


def parse(data: bytes, format_name: str) -> Parsed:
    """Take a file apart without opening anything."""
    return cast(Parsed, module_of(format_name).read(data))


def open_file(data: bytes, format_name: str, stages: Iterable[Sequence[object]]) -> Opened:
    """Open a SOPS file with the identities of the stages, asking for each stage only when needed.

    Raises SecretLocked when none opens it, SecretRejected when it is malformed or not authentic.
    """
    parsed = parse(data, format_name)
    metadata = read_metadata(parsed.metadata)
    metadata.rule.selector()
    opened, mac = decrypted(parsed, metadata, datakey.unwrap(metadata, stages))
    mac.check(metadata.mac, opened.data_key, metadata.last_modified)
    return opened


def decrypted(parsed: Parsed, metadata: Metadata, key: bytes) -> tuple[Opened, Mac]:
    """Decrypt every selected leaf; the caller checks or makes the MAC before anything is let out.

    Raises SecretRejected when a leaf was changed or moved, or stands in clear where it must not.
    """
    is_selected = metadata.rule.selector()
    mac = Mac(only_encrypted=metadata.mac_only)
    leaves: list[Leaf] = []

    def opened(path: Path, leaf: Scalar) -> Scalar:
        if leaf is None:
            return None
        selected = is_selected(path, leaf)
        value = values.decrypt(leaf, key, values.place_of(path)) if selected else leaf
        if not isinstance(value, Comment):
            mac.add(value, is_selected=selected)
            leaves.append(Leaf(path, value, selected))
        return value

    documents = [cast(Tree, mapped(tree, opened)) for tree in parsed.documents]
    return Opened(documents, tuple(leaves), metadata, key), mac


def notes(data: bytes, format_name: str) -> list[str]:
    """Return what is odd about a file though nothing in it is proven wrong."""
    metadata = read_metadata(parse(data, format_name).metadata)
    odd = [f'unknown metadata "{name[:40]}"' for name in metadata.unknown]
    comments = clear_comments(data, format_name, metadata.rule)
    return odd + [f"line {line}: a comment in clear, which SOPS would have encrypted" for line in comments]


def clear_comments(data: bytes, format_name: str, rule: Rule) -> list[int]:
    """Return the lines with a comment in clear that SOPS would have encrypted."""
    if not rule.encrypts_by_default or rule.goes_by_comment or format_name != "yaml" or b"#" not in data:
        return []
    from reconciler.sealed.formats.yaml_edit import plain_comments

    return plain_comments(data)
