"""YAML files: read as go-yaml reads them, written in a form both read alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import yaml

from reconciler.errors import SecretRejected
from reconciler.sealed.parsed import Parsed, text_of
from reconciler.sealed.scalars import read_plain
from reconciler.sealed.tree import MAX_DEPTH, MAX_LEAVES, Comment, Node, Scalar, Stamp, Tree, float_text
from reconciler.sealed.values import is_encrypted

_TAG = "tag:yaml.org,2002:"
_PLAIN = _TAG + "plain"
_BARE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Words that some YAML reader takes for something else than text.
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class _Loader(yaml.CSafeLoader):
    """Composes nodes only, and marks plain scalars, whose meaning is go-yaml's affair."""

    def resolve(self, kind: type, value: object, implicit: object) -> str:
        """Return the tag of a node that bears none."""
        if kind is yaml.ScalarNode:
            return _PLAIN if cast("tuple[bool, bool]", implicit)[0] else _TAG + "str"
        return _TAG + ("map" if kind is yaml.MappingNode else "seq")


def compose(text: str) -> list[yaml.Node | None]:
    """Return the root node of every document.

    Raises SecretRejected when the text is no YAML; nothing of the text is in the message.
    """
    loader = _Loader(text)
    try:
        roots = []
        while loader.check_node():
            roots.append(loader.get_node())
    except (yaml.YAMLError, RecursionError, ValueError):
        raise SecretRejected("the file is not valid YAML") from None
    finally:
        loader.dispose()
    return roots


def read(data: bytes) -> Parsed:
    """Read a YAML file of one or more documents.

    Raises SecretRejected when it is no YAML, repeats a key, nests too deeply, or expands aliases beyond a bound.
    """
    reader = _Reader()
    documents = [reader.root(node) for node in compose(text_of(data))] or [{}]
    metadata = [document.pop("sops", None) for document in documents]
    return Parsed(documents, metadata[0])


class _Reader:
    """Turns nodes into a tree, counting what aliases expand to."""

    def __init__(self) -> None:
        self._count = 0

    def root(self, node: yaml.Node | None) -> Tree:
        """Read one document, which must be a map; an empty one counts as an empty map."""
        value = None if node is None else self._node(node, 0)
        if value is not None and not isinstance(value, dict):
            raise SecretRejected("a document of the file is not a map")
        return value or {}

    def _node(self, node: yaml.Node, depth: int) -> Node:
        self._count += 1
        # Maps and lists count too: an alias bomb of empty lists is one as well.
        if self._count > 3 * MAX_LEAVES:
            raise SecretRejected("the file holds too many values, or its aliases expand to too many")
        if depth > MAX_DEPTH:
            raise SecretRejected(f"the file nests deeper than {MAX_DEPTH} levels")
        if isinstance(node, yaml.MappingNode):
            return self._map(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self._node(item, depth + 1) for item in node.value]
        return scalar_of(node)

    def _map(self, node: yaml.MappingNode, depth: int) -> Tree:
        tree: Tree = {}
        for key_node, value_node in node.value:
            key = key_of(key_node)
            if key in tree:
                raise SecretRejected("the file repeats a key")
            tree[key] = self._node(value_node, depth + 1)
        return tree


def key_of(node: yaml.Node) -> str:
    """Return the text of a key; `<<` stays the two characters it is."""
    if isinstance(node, yaml.ScalarNode) and node.tag != _TAG + "merge":
        key = scalar_of(node)
        if not isinstance(key, str):
            raise SecretRejected("a key of the file is not text")
        return key
    if isinstance(node, yaml.ScalarNode):
        return cast(str, node.value)
    raise SecretRejected("a key of the file is not text")


def scalar_of(node: yaml.Node) -> Scalar:
    """Return what a scalar node means."""
    text = cast(str, node.value)
    if node.tag == _PLAIN:
        return read_plain(text)
    if node.tag == _TAG + "binary":
        return _binary(text)
    if node.tag.startswith(_TAG) and node.tag != _TAG + "str":
        return read_plain(text)
    return text


def _binary(text: str) -> Scalar:
    from base64 import b64decode
    from binascii import Error

    try:
        return b64decode("".join(text.split()), validate=True).decode()
    except (Error, UnicodeDecodeError):
        raise SecretRejected("a !!binary value of the file is malformed") from None


def write(documents: Sequence[Tree], metadata: dict[str, object]) -> bytes:
    """Write a YAML file; the metadata is repeated in every document."""
    texts = ["".join(_lines({**tree, "sops": cast(Tree, metadata)}, "")) for tree in documents]
    try:
        return "---\n".join(texts).encode()
    except UnicodeEncodeError:
        raise SecretRejected("a value is not Unicode text") from None


def _lines(node: Mapping[str | Comment, Node] | list[Node], pad: str) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _item(item, pad)
        return
    for key, value in node.items():
        head = f"{pad}#{key.text}" if isinstance(key, Comment) else f"{pad}{quoted_key(key)}:"
        if isinstance(key, Comment):
            yield head + "\n"
        elif isinstance(value, dict | list) and value:
            yield head + "\n"
            yield from _lines(value, pad + "    ")
        else:
            yield f"{head} {written(value, pad)}\n"


def _item(item: Node, pad: str) -> Iterator[str]:
    if not isinstance(item, dict | list) or not item:
        yield f"{pad}- {written(item, pad)}\n"
        return
    first, *rest = _lines(item, pad + "  ")
    yield f"{pad}- {first[len(pad) + 2 :]}"
    yield from rest


def quoted_key(key: str) -> str:
    """Write a key so that every YAML reader takes it as text."""
    return key if _BARE_KEY.fullmatch(key) and key.casefold() not in _WORDS else _quoted(key)


def written(value: Node, pad: str = "") -> str:
    """Write a leaf, or an empty map or list."""
    if isinstance(value, str):
        if value.startswith("-----BEGIN AGE") and value.endswith("\n"):
            return "|\n" + "\n".join(f"{pad}    {line}" for line in value.splitlines())
        return value if is_encrypted(value) else _quoted(value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, float):
        text = float_text(value)
        return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text) or text + ".0" * ("." not in text)
    if isinstance(value, Stamp):
        return value.text
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict | list) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    raise SecretRejected("a value has no form in a YAML file")


def _quoted(text: str) -> str:
    # JSON's escapes are YAML's too; what YAML calls unprintable is escaped besides.
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False))
