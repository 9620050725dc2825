"""What a SOPS file says of itself: who opens it, which leaves are encrypted, its MAC; none of it is authenticated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.errors import SecretRejected
from reconciler.sealed.scalars import read_stamp
from reconciler.sealed.selection import KINDS, Rule, rule_of
from reconciler.sealed.tree import Stamp

# What we write claims to be of this release: the oldest one that reads all we use.
VERSION = "3.9.0"
OTHER_KEYS = ("pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms")
_KNOWN = {
    "age",
    *OTHER_KEYS,
    *KINDS,
    "key_groups",
    "shamir_threshold",
    "lastmodified",
    "mac",
    "mac_only_encrypted",
    "version",
}


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The data key, or a share of it, encrypted to one recipient; the recipient is only a label."""

    recipient: str
    enc: str


@dataclass(frozen=True, slots=True)
class Group:
    """Keys of which any one opens the data key, or one share of it."""

    age: tuple[Wrapped, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of a file, checked for form."""

    groups: tuple[Group, ...]
    threshold: int
    last_modified: str
    mac: str
    mac_only: bool
    rule: Rule
    unknown: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The age recipients the file names."""
        return tuple(wrapped.recipient for group in self.groups for wrapped in group.age)

    @property
    def others(self) -> tuple[str, ...]:
        """The other kinds of keys the file is wrapped for, which this program does not open."""
        return tuple(sorted({other for group in self.groups for other in group.others}))


def read_metadata(fields: object) -> Metadata:
    """Read the `sops` part of a file.

    Raises SecretRejected when it is missing, misses what is needed, or contradicts itself.
    """
    fields = fields_of(fields)
    groups = _groups(fields)
    if not groups:
        raise SecretRejected("the file names no key that could open it")
    mac = fields.get("mac")
    if not isinstance(mac, str) or not mac:
        raise SecretRejected("the file has no MAC, so nothing in it can be trusted")
    return Metadata(
        groups=groups,
        threshold=_threshold(fields.get("shamir_threshold"), len(groups)),
        last_modified=_last_modified(fields.get("lastmodified")),
        mac=mac,
        mac_only=_flag(fields.get("mac_only_encrypted")),
        rule=rule_of(fields),
        unknown=tuple(sorted(str(key) for key in fields if key not in _KNOWN)),
    )


def fields_of(metadata: object) -> Mapping[str, object]:
    """Return the metadata of a file as the map it must be.

    Raises SecretRejected when there is none.
    """
    if not isinstance(metadata, Mapping) or not metadata:
        raise SecretRejected("the file is not encrypted by SOPS", hint="write it with: reconcile secrets set")
    return metadata


def who_opens(fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the age recipients that metadata names and the kinds of other keys, however broken the rest of it is."""
    try:
        groups = _groups(fields)
    except SecretRejected:
        return ()
    recipients = {wrapped.recipient for group in groups for wrapped in group.age}
    return (*sorted(recipients), *sorted({other for group in groups for other in group.others}))


def _groups(fields: Mapping[str, object]) -> tuple[Group, ...]:
    top = _group(fields)
    if top != Group():
        return (top,)
    listed = fields.get("key_groups") or []
    if not isinstance(listed, list) or not all(isinstance(group, Mapping) for group in listed):
        raise SecretRejected("key_groups is not a list of groups")
    return tuple(_group(group) for group in listed)


def _group(fields: Mapping[str, object]) -> Group:
    entries = fields.get("age") or []
    if not isinstance(entries, list):
        raise SecretRejected("the list of age recipients is malformed")
    return Group(tuple(_wrapped(entry) for entry in entries), tuple(kind for kind in OTHER_KEYS if fields.get(kind)))


def _wrapped(entry: object) -> Wrapped:
    recipient = entry.get("recipient") if isinstance(entry, Mapping) else None
    enc = entry.get("enc") if isinstance(entry, Mapping) else None
    if not isinstance(recipient, str) or not isinstance(enc, str):
        raise SecretRejected("the list of age recipients is malformed")
    return Wrapped(recipient, enc)


def _threshold(value: object, groups: int) -> int:
    # The flat formats carry numbers as text.
    text = str(value or groups)
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise SecretRejected("shamir_threshold is not a number")
    threshold = int(text) or groups
    if groups > 1 and not 2 <= threshold <= groups:
        raise SecretRejected("shamir_threshold does not fit the number of key groups")
    return threshold


def _flag(value: object) -> bool:
    if value in (None, "", False, "false"):
        return False
    if value is True or value == "true":
        return True
    raise SecretRejected("mac_only_encrypted is neither true nor false")


def _last_modified(value: object) -> str:
    stamp = value if isinstance(value, Stamp) else read_stamp(value) if isinstance(value, str) else None
    if stamp is None:
        raise SecretRejected("the file does not say when it was last modified, which its MAC depends on")
    # The MAC is bound to whole seconds.
    head, dot, tail = stamp.text.partition(".")
    return head + tail.lstrip("0123456789") if dot else stamp.text


def new_fields(groups: list[list[Wrapped]], threshold: int, rule: Rule | None, *, mac_only: bool) -> dict[str, object]:
    """Return the metadata of a new file, as it is written; `lastmodified` and `mac` are added when it is sealed."""
    written = [[{"recipient": one.recipient, "enc": one.enc} for one in group] for group in groups]
    fields: dict[str, object] = {"age": written[0]}
    if len(groups) > 1:
        fields = {"key_groups": [{"age": group} for group in written], "shamir_threshold": threshold}
    if rule is not None:
        fields[rule.kind] = rule.argument
    if mac_only:
        fields["mac_only_encrypted"] = True
    return {**fields, "version": VERSION}
