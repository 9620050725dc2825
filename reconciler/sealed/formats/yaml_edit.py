"""Changing single values of a YAML file in its own text, so that comments, order and untouched values stay as they are.

Whoever calls this proves the result by reading it back: a layout that was misjudged shows as a wrong MAC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import yaml

from reconciler.errors import SecretRejected
from reconciler.sealed.formats.yaml import compose, key_of, quoted_key
from reconciler.sealed.parsed import text_of

_NO_PLACE = "the file's layout has no place for the key"
_HINT = "add it with sops, or write a new file"


def plain_comments(data: bytes) -> list[int]:
    """Return the lines that hold nothing but a comment in clear."""
    text = text_of(data)
    inside = {line for root in compose(text) if root is not None for line in _covered(root)}
    lines = enumerate(text.split("\n"))
    return [n + 1 for n, line in lines if n not in inside and _is_comment(line) and "#ENC[" not in line]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _covered(node: yaml.Node) -> Iterator[int]:
    pending = [node]
    seen: set[int] = set()
    while pending:
        here = pending.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        if isinstance(here, yaml.ScalarNode):
            yield from range(here.start_mark.line + 1, here.end_mark.line + (here.end_mark.column > 0))
        elif isinstance(here, yaml.MappingNode):
            pending += [node for pair in here.value for node in pair]
        else:
            pending += here.value


def replaced(data: bytes, changes: Sequence[tuple[Sequence[str], str]]) -> bytes:
    """Return the file with each path of the first document set to a text that needs no quotes, one after the other.

    Raises SecretRejected when a path runs through something that is no map, or finds no place.
    """
    text = text_of(data)
    for path, new in changes:
        text = _set(text, path, new)
    return text.encode()


def _set(text: str, path: Sequence[str], new: str) -> str:
    root = compose(text)[0]
    chain = [node for node in [root] if node is not None]
    for depth, key in enumerate(path):
        here = chain[-1] if chain else None
        if not isinstance(here, yaml.MappingNode):
            raise SecretRejected(f'"{".".join(path[:depth])}" of the file is a value, not a map')
        inner = next((value for name, value in here.value if key_of(name) == key), None)
        if inner is None:
            return _inserted(text, chain, path[depth:], new)
        chain.append(inner)
    return _over(text, chain[-1], path, new)


def _over(text: str, node: yaml.Node, path: Sequence[str], new: str) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise SecretRejected(f'"{".".join(path)}" of the file is a map or a list, not a value')
    start, end = node.start_mark.index, node.end_mark.index
    old = text[start:end]
    # The mark of a block scalar ends after its line breaks, which belong to the layout.
    tail = old[len(old.rstrip()) :]
    gap = "" if old or text[start - 1 : start].isspace() else " "
    return text[:start] + gap + new + tail + text[end:]


def _inserted(text: str, chain: Sequence[yaml.Node], path: Sequence[str], new: str) -> str:
    parent = chain[-1]
    if not isinstance(parent, yaml.MappingNode) or parent.flow_style or not parent.value:
        raise SecretRejected(_NO_PLACE, hint=_HINT)
    indent = parent.value[0][0].start_mark.column
    lines = text.split("\n")
    at = _end_of(parent, chain, lines)
    while at > 0 and (not lines[at - 1].strip() or (_is_comment(lines[at - 1]) and _indent(lines[at - 1]) < indent)):
        at -= 1
    return "\n".join([*lines[:at], *_nested(path, new, indent), *lines[at:]])


def _end_of(parent: yaml.Node, chain: Sequence[yaml.Node], lines: Sequence[str]) -> int:
    # In the top map new keys stand before the metadata, elsewhere before whatever follows the map.
    if len(chain) == 1:
        return next((name.start_mark.line for name, _ in parent.value if key_of(name) == "sops"), len(lines))
    for outer, inner in reversed(list(pairwise(chain))):
        entries = outer.value if isinstance(outer, yaml.MappingNode) else []
        at = next((i for i, (_, value) in enumerate(entries) if value is inner), len(entries))
        if at + 1 < len(entries):
            line: int = entries[at + 1][0].start_mark.line
            return line
    raise SecretRejected(_NO_PLACE, hint=_HINT)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _nested(path: Sequence[str], new: str, indent: int) -> list[str]:
    lines = []
    for depth, key in enumerate(path):
        last = depth == len(path) - 1
        lines.append(" " * (indent + 4 * depth) + f"{quoted_key(key)}:" + (f" {new}" if last else ""))
    return lines
