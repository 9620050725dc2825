"""For whom a new file is encrypted: the `creation_rules` of a `.sops.yaml`, read as SOPS reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import yaml
from reconciler.sealed.metadata import OTHER_KEYS, Metadata
from reconciler.sealed.regexes import BoundedRegex
from reconciler.sealed.selection import Rule, rule_of
from reconciler.sealed.tree import Tree
from reconciler.sealed.writing import Sealing

_NAME = ".sops.yaml"
_LEVELS = 100


def find(file: Path) -> Path | None:
    """Return the nearest `.sops.yaml` beside a file or in a folder above it."""
    folders = list(file.absolute().parents)[:_LEVELS]
    return next((folder / _NAME for folder in folders if (folder / _NAME).is_file()), None)


def sealing_for(file: Path) -> Sealing | None:
    """Return how the nearest `.sops.yaml` wants a file sealed; None when there is none.

    Raises SecretRejected when no rule of it is for the file, or the rule cannot be kept.
    """
    config = find(file)
    if config is None:
        return None
    rule = _rule_for(file.absolute(), config)
    groups, threshold = _groups(rule)
    if not any(groups):
        raise SecretRejected(f"the rule of {config} for this file names no age recipient")
    return Sealing(groups, threshold, _selection(rule), mac_only=rule.get("mac_only_encrypted") is True)


def foreign_recipients(metadata: Metadata, sealing: Sealing) -> list[str]:
    """Return the recipients of a file that its creation rule does not name."""
    wanted = {recipient for group in sealing.groups for recipient in group}
    return [recipient for recipient in dict.fromkeys(metadata.recipients) if recipient not in wanted]


def _rule_for(file: Path, config: Path) -> Tree:
    rules = yaml.read(config.read_bytes()).documents[0].get("creation_rules")
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise SecretRejected(f"{config} has no list of creation_rules")
    relative = str(file.relative_to(config.parent))
    for rule in rules:
        pattern = rule.get("path_regex") if isinstance(rule, dict) else None
        if isinstance(rule, dict) and (not pattern or BoundedRegex(str(pattern)).found_in(relative)):
            return rule
    raise SecretRejected(f"no rule of {config} is for {relative}", hint="add one, or name recipients with --recipient")


def _selection(rule: Tree) -> Rule:
    return rule_of({key: value for key, value in rule.items() if isinstance(key, str)})


def _groups(rule: Tree) -> tuple[list[list[str]], int]:
    listed = rule.get("key_groups")
    if not isinstance(listed, list):
        return [_age_of(rule)], 0
    groups = [_age_of(group) for group in listed if isinstance(group, dict)]
    threshold = rule.get("shamir_threshold")
    if len(groups) != len(listed) or not all(groups):
        raise SecretRejected("a key group without age recipients cannot be written by this program")
    if threshold and (not isinstance(threshold, int) or not 2 <= threshold <= len(groups)):
        raise SecretRejected("shamir_threshold does not fit the number of key groups")
    return groups, threshold if isinstance(threshold, int) else 0


def _age_of(rule: Tree) -> list[str]:
    # Leaving a key out in silence would lock its holder out.
    others = [kind for kind in (*OTHER_KEYS, "merge", "azure_keyvault", "hc_vault_transit_uri") if rule.get(kind)]
    if others:
        raise SecretRejected(
            f"the rule asks for {', '.join(others)}, which this program cannot write", hint="create the file with sops"
        )
    return listed(rule.get("age"))


def listed(value: object) -> list[str]:
    """Return the recipients of a list, or of a text with commas, each once."""
    texts: Sequence[object] = value if isinstance(value, list) else str(value or "").split(",")
    return list(dict.fromkeys(str(text).strip() for text in texts if str(text).strip()))
