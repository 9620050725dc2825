"""Which leaves of a file are encrypted: the one selection rule of its metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.errors import SecretRejected
from reconciler.sealed.regexes import BoundedRegex
from reconciler.sealed.tree import Path, Scalar, keys_of
from reconciler.sealed.values import is_encrypted

KINDS = (
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "encrypted_regex",
    "unencrypted_comment_regex",
    "encrypted_comment_regex",
)
DEFAULT_SUFFIX = "_unencrypted"


@dataclass(frozen=True, slots=True)
class Rule:
    """A selection rule, as written."""

    kind: str = "unencrypted_suffix"
    argument: str = DEFAULT_SUFFIX

    @property
    def goes_by_comment(self) -> bool:
        """Whether comments decide; a reader then goes by the form of a value, and the MAC proves the guess."""
        return self.kind.endswith("_comment_regex")

    @property
    def encrypts_by_default(self) -> bool:
        """Whether everything is encrypted but for what the rule names."""
        return self.kind.startswith("unencrypted")

    def selector(self) -> Callable[[Path, Scalar], bool]:
        """Return the test that says whether a leaf is to be encrypted.

        Raises SecretRejected when the rule's regex is refused.
        """
        if self.goes_by_comment:
            return lambda path, leaf: is_encrypted(leaf)
        hit = self._key_test()
        wanted = not self.encrypts_by_default
        return lambda path, leaf: any(hit(key) for key in keys_of(path)) is wanted

    def _key_test(self) -> Callable[[str], bool]:
        if self.kind.endswith("_suffix"):
            return lambda key: key.endswith(self.argument)
        return BoundedRegex(self.argument).found_in


def rule_of(fields: Mapping[str, object]) -> Rule:
    """Return the rule that a map of settings names; the default when it names none.

    Raises SecretRejected when it names several.
    """
    given = [(kind, fields[kind]) for kind in KINDS if fields.get(kind)]
    if len(given) > 1:
        raise SecretRejected(f"several selection rules at once: {', '.join(kind for kind, _ in given)}")
    if not given:
        return Rule()
    kind, argument = given[0]
    if not isinstance(argument, str):
        raise SecretRejected(f"{kind} is not text")
    return Rule(kind, argument)
