"""What can be said of a SOPS file without any key: its dotted keys, what is encrypted, for whom, and what is wrong.

Nothing of it is authenticated, so it can prove a file broken and never sound.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.errors import SecretRejected
from reconciler.model.secret_scheme import Flaw, Leaf, Sealed
from reconciler.sealed import positions, values
from reconciler.sealed.metadata import fields_of, read_metadata, who_opens
from reconciler.sealed.reading import clear_comments, parse
from reconciler.sealed.selection import Rule, rule_of
from reconciler.sealed.tree import Path, Scalar, Tree, dotted, keys_of, mapped, plain_bytes

_RESTORE = "restore the file as sops or reconcile secrets set wrote it"
_LEAKED = "treat it as leaked: replace it, and store the new value with: reconcile secrets set"


def outline(data: bytes, format_name: str) -> Sealed:
    """Take a SOPS file apart without opening anything.

    Raises SecretRejected when the file is none of SOPS.
    """
    parsed = parse(data, format_name)
    fields = fields_of(parsed.metadata)
    rule, flaws = _metadata(fields)
    leaves: dict[str, Leaf] = {}
    if rule is not None:
        found = list(_leaves(parsed.documents, rule))
        leaves = {key: leaf for key, _, leaf, _ in found}
        flaws += [flaw for _, path, leaf, value in found for flaw in _flaws(path, leaf, value)]
        flaws += [_comment(line) for line in clear_comments(data, format_name, rule)]
    if any(flaw.key for flaw in flaws):
        flaws = positions.placed(flaws, data, format_name)
    return Sealed(leaves, who_opens(fields), tuple(flaws))


def _metadata(fields: Mapping[str, object]) -> tuple[Rule | None, list[Flaw]]:
    """Return the rule by which leaves are encrypted, None where that cannot be said, and what is wrong beside it."""
    flaws = []
    mac = fields.get("mac")
    if not isinstance(mac, str) or not mac:
        flaws.append(Flaw("the file has no MAC, so nothing in it can be trusted", _RESTORE, "mac"))
    elif not values.is_encrypted(mac):
        flaws.append(Flaw("the MAC of the file is not exactly one ENC[...] text", _RESTORE, "mac"))
    try:
        # A missing MAC must not hide what else is wrong.
        read_metadata({**fields, "mac": "told above"})
    except SecretRejected as error:
        flaws.append(Flaw(error.message, error.hint or _RESTORE, "metadata"))
    try:
        rule = rule_of(fields)
        rule.selector()
    except SecretRejected as error:
        if not any(flaw.message == error.message for flaw in flaws):
            flaws.append(Flaw(error.message, _RESTORE, "selection"))
        return None, flaws
    return rule, flaws


def _leaves(documents: list[Tree], rule: Rule) -> Iterator[tuple[str, Path, Leaf, Scalar]]:
    is_selected = rule.selector()
    found: list[tuple[Path, Scalar]] = []

    def noted(path: Path, leaf: Scalar) -> Scalar:
        if leaf is not None:
            found.append((path, leaf))
        return leaf

    for tree in documents:
        mapped(tree, noted)
    names = [dotted(path) for path, _ in found]
    counted = Counter(names)
    for name, (path, value) in zip(names, found, strict=True):
        # "a:b" and a, b are bound to the same place, so a value could have been moved between them.
        is_ambiguous = counted[name] > 1 or any(":" in key for key in keys_of(path))
        digest = hashlib.sha256(plain_bytes(value)).hexdigest()
        yield name, path, Leaf(digest, values.is_encrypted(value), is_selected(path, value), is_ambiguous), value


def _flaws(path: Path, leaf: Leaf, value: Scalar) -> Iterator[Flaw]:
    key = dotted(path)
    if leaf.is_selected and value != "":
        told = values.flaw_of(value) if isinstance(value, str) else "stands in clear"
        if told:
            is_clear = not isinstance(value, str) or not value.startswith("ENC[")
            yield Flaw(f"the value {told}", _LEAKED if is_clear else _RESTORE, "value", key)
    elif leaf.is_encrypted:
        told = "the value is encrypted, though the file's own rule leaves it clear: sops would not decrypt it"
        yield Flaw(told, "encrypt it under a key that the rule selects", "value", key, is_mild=True)


def _comment(line: int) -> Flaw:
    told = "a comment stands in clear, which SOPS would have encrypted"
    return Flaw(told, "look whether it tells more than it should, and remove it", f"comment {line}", "", line, 1, True)
