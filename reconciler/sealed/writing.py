"""Writing SOPS files: a new one, or one value more in an existing one, whose other ciphertexts stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from reconciler.errors import SecretRejected
from reconciler.kit.clock import iso
from reconciler.sealed import datakey, values
from reconciler.sealed.mac import Mac
from reconciler.sealed.metadata import new_fields, read_metadata
from reconciler.sealed.reading import Opened, decrypted, module_of, open_file, parse
from reconciler.sealed.selection import Rule
from reconciler.sealed.tree import Comment, Node, Path, Scalar, Tree, mapped, plain_bytes


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a new file is sealed: for which groups of recipients, and which leaves are encrypted."""

    groups: Sequence[Sequence[str]]
    threshold: int = 0
    rule: Rule = field(default_factory=Rule)
    mac_only: bool = False


def new_file(documents: Sequence[Tree], format_name: str, sealing: Sealing, now: datetime) -> bytes:
    """Return a new SOPS file under a fresh data key.

    Raises SecretRejected when the documents cannot be written in this format.
    """
    if any(_is_reserved(key, format_name) for tree in documents for key in tree):
        raise SecretRejected("a key of the file is the one SOPS keeps its metadata under")
    key = datakey.fresh()
    groups = datakey.wrap(key, sealing.groups, sealing.threshold or len(sealing.groups))
    rule = None if format_name == "binary" else sealing.rule
    fields = new_fields(groups, sealing.threshold or len(groups), rule, mac_only=sealing.mac_only)
    is_selected = (rule or Rule()).selector()
    mac = Mac(only_encrypted=sealing.mac_only)

    def sealed(path: Path, leaf: Scalar) -> Scalar:
        if leaf is None:
            return None
        selected = is_selected(path, leaf)
        mac.add(leaf, is_selected=selected)
        return values.encrypt(leaf, key, values.place_of(path)) if selected else leaf

    trees = [cast(Tree, mapped(tree, sealed)) for tree in documents]
    stamp = iso(now)
    fields |= {"lastmodified": stamp, "mac": mac.sealed(key, stamp)}
    return cast(bytes, module_of(format_name).write(trees, fields))


def _is_reserved(key: str | Comment, format_name: str) -> bool:
    return isinstance(key, str) and (key == "sops" or (format_name == "dotenv" and key.startswith("sops_")))


def nested(path: Sequence[str], value: str) -> Tree:
    """Return the tree that holds one value at a path."""
    node: Node = value
    for key in reversed(path):
        node = {key: node}
    return cast(Tree, node)


def with_value(
    data: bytes, format_name: str, path: Sequence[str], value: str, stages: Iterable[Sequence[object]], now: datetime
) -> bytes:
    """Return the file with one value set, everything else in it untouched but for its MAC and its time.

    The result is read back before it is returned. Raises SecretLocked when nothing opens the file,
    SecretRejected when it is not authentic, or the value would stand in clear.
    """
    before = open_file(data, format_name, stages)
    key = before.data_key
    if not _will_be_encrypted(before, path):
        raise SecretRejected(
            "by the file's own rule the value would stand in clear", hint="choose another key, or change the rule"
        )
    stamp = iso(now)
    sealed = values.encrypt(value, key, values.place_of(tuple(path)))
    draft = _edited(data, format_name, path, sealed, {"lastmodified": f'"{stamp}"'})
    # The MAC goes by the order of the leaves, so it is taken from the draft as a reader will see it.
    after, mac = _decrypted(draft, format_name, key)
    if _content(after) != _content(before, without=tuple(path)) + Counter([(tuple(path), value.encode(), True)]):
        raise SecretRejected("the file's layout has no place for the key", hint="add it with sops, or write a new file")
    final = _edited(draft, format_name, path, sealed, {"mac": mac.sealed(key, stamp)})
    after, mac = _decrypted(final, format_name, key)
    mac.check(after.metadata.mac, key, after.metadata.last_modified)
    return final


def _will_be_encrypted(opened: Opened, path: Sequence[str]) -> bool:
    rule = opened.metadata.rule
    if rule.goes_by_comment:
        return any(leaf.path == tuple(path) and leaf.is_encrypted for leaf in opened.leaves)
    return rule.selector()(tuple(path), "")


def _decrypted(data: bytes, format_name: str, key: bytes) -> tuple[Opened, Mac]:
    parsed = parse(data, format_name)
    return decrypted(parsed, read_metadata(parsed.metadata), key)


def _content(opened: Opened, without: Path | None = None) -> Counter[tuple[Path, bytes, bool]]:
    # Of several documents the first is edited; a path that stands in two of them never gets this far.
    return Counter((o.path, plain_bytes(o.value), o.is_encrypted) for o in opened.leaves if o.path != without)


def _edited(data: bytes, format_name: str, path: Sequence[str], sealed: str, fields: dict[str, str]) -> bytes:
    if format_name == "yaml":
        from reconciler.sealed.formats.yaml_edit import replaced

        return replaced(data, [(path, sealed), *((("sops", name), text) for name, text in fields.items())])
    parsed = parse(data, format_name)
    metadata = dict(cast("dict[str, object]", parsed.metadata))
    _put(parsed.documents[0], path, sealed)
    metadata |= {name: text.strip('"') for name, text in fields.items()}
    return cast(bytes, module_of(format_name).write(parsed.documents, metadata))


def _put(tree: Tree, path: Sequence[str], sealed: str) -> None:
    for depth, key in enumerate(path[:-1]):
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):
            raise SecretRejected(f'"{".".join(path[: depth + 1])}" of the file is a value, not a map')
        tree = inner
    if isinstance(tree.get(path[-1]), dict | list):
        raise SecretRejected(f'"{".".join(path)}" of the file is a map or a list, not a value')
    tree[path[-1]] = sealed
