"""Permission words: how a list of words that an exchange reports is read into rights, word by word.

Many exchanges answer with such a list. Absence proves something only while every word is understood, so one
word that is not turns every right that was not granted into `unknown`.

Others answer with a flag for each permission. There every flag speaks for itself, and only an explicit false denies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.kit.redact import redact
from reconciler.model.exchange import Reading, Source, Unprovable
from reconciler.values.rights import Right, Verdict

# One word in plain letters: were the separator of a list to change, the last of two words must not speak for both.
_READ_ONLY = re.compile(r"(?:[a-z0-9]+[_.:-])*(?:read|r|view|read_?only)")
_MORE = frozenset({"write", "w", "rw", "trade", "withdrawal", "all", "full", "not", "no", "non"})


@dataclass(frozen=True, slots=True)
class Permission:
    """One documented word: the rights it grants, and those it may bring along unproven."""

    word: str
    meaning: str
    source: Source
    grants: frozenset[Right] = frozenset()
    suggests: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """The rights that a list of words gives, and what a person should know of the words."""

    rights: Mapping[Right, Reading]
    notes: tuple[str, ...] = ()


def split(field: object) -> tuple[str, ...]:
    """Return the words of a comma-separated field, trimmed; none when it is no text or holds none."""
    if not isinstance(field, str):
        return ()
    return tuple(word for part in field.split(",") if (word := part.strip()))


def is_read_only(word: str) -> bool:
    """Tell whether a word says of itself that it only reads."""
    word = word.lower()
    return _READ_ONLY.fullmatch(word) is not None and _MORE.isdisjoint(re.split(r"[_.:-]", word))


def says_withdraw(word: str) -> bool:
    """Tell whether a word nobody documented speaks of withdrawing, and not merely of reading about it."""
    return "withdraw" in word.casefold() and not is_read_only(word)


def unreadable(why: str) -> dict[Right, Reading]:
    """Return `unknown` for every right, for an answer that proves nothing."""
    return {right: Reading(Verdict.UNKNOWN, why) for right in Right}


def read_words(words: Sequence[str], known: Mapping[str, Permission], beyond: Mapping[Right, str]) -> Words:
    """Read a non-empty list of words into rights.

    `known` is looked up by casefolded word. `beyond` names the rights that no word stands for, and why nothing
    can be said of them. Words that nobody could confirm may grant a right; their absence alone denies none.
    """
    understood = [known[word.casefold()] for word in words if word.casefold() in known]
    strange = [word for word in words if word.casefold() not in known]
    obscure = [word for word in strange if not says_withdraw(word) and not is_read_only(word)]
    rights = {right: Reading(Verdict.UNKNOWN, why) for right, why in beyond.items()}
    for right in Right:
        if right not in beyond:
            rights[right] = _reading(right, understood, known, obscure)
    withdrawing = [word for word in strange if says_withdraw(word)]
    if withdrawing:
        rights[Right.WITHDRAW] = Reading(Verdict.GRANTED, f"{shown(withdrawing)} is undocumented and says withdraw")
    return Words(rights, tuple(f"undocumented permission {shown([word])}" for word in strange))


def leave_open(rights: Mapping[Right, Reading], unprovable: Iterable[Unprovable]) -> dict[Right, Reading]:
    """Take back the verdicts that an exchange's answers cannot show, of keys that may have what they hang on."""
    found = dict(rights)
    for one in unprovable:
        may_have = [right for right in one.beside if rights[right].verdict is not Verdict.DENIED]
        if found[one.right].verdict is one.verdict and (may_have or not one.beside):
            found[one.right] = one.reading
    return found


def _reading(
    right: Right, understood: Sequence[Permission], known: Mapping[str, Permission], obscure: Sequence[str]
) -> Reading:
    granting = [permission.word for permission in understood if right in permission.grants]
    if granting:
        return Reading(Verdict.GRANTED, f"the key has {', '.join(dict.fromkeys(granting))}")
    hinting = [permission for permission in understood if right in permission.suggests]
    if hinting:
        return Reading(Verdict.UNKNOWN, f"{hinting[0].word} may include it: {hinting[0].meaning}")
    if obscure:
        return Reading(Verdict.UNKNOWN, f"what {shown(obscure)} allows is not documented")
    granting_it = [permission for permission in known.values() if right in permission.grants]
    wanted = dict.fromkeys(permission.word for permission in granting_it)
    if not any(permission.source.is_confirmed for permission in granting_it):
        return Reading(Verdict.UNKNOWN, f"that {' or '.join(wanted)} would tell is not confirmed")
    return Reading(Verdict.DENIED, f"the key has no {' or '.join(wanted)}")


def flags_of(fields: Mapping[str, object]) -> dict[str, bool | None]:
    """Return which fields are true or false, also spelled as text; None for those that are neither."""
    spelled = {"true": True, "false": False}
    return {name: field if isinstance(field, bool) else spelled.get(str(field)) for name, field in fields.items()}


def any_of(flags: Mapping[str, bool | None], *names: str) -> Reading:
    """Read a right that each of some flags grants, so that only all of them together deny it."""
    if granting := [name for name in names if flags.get(name)]:
        return Reading(Verdict.GRANTED, f"the key has {', '.join(granting)}")
    return _untold(flags, names) or Reading(Verdict.DENIED, f"the key has no {' or '.join(names)}")


def all_of(flags: Mapping[str, bool | None], *names: str) -> Reading:
    """Read a right that takes several flags at once, so that any one of them denies it."""
    if missing := [name for name in names if flags.get(name) is False]:
        return Reading(Verdict.DENIED, f"the key has no {', '.join(missing)}")
    return _untold(flags, names) or Reading(Verdict.GRANTED, f"the key has {', '.join(names)}")


def _untold(flags: Mapping[str, bool | None], names: Sequence[str]) -> Reading | None:
    silent = [name for name in names if flags.get(name) is None]
    return Reading(Verdict.UNKNOWN, f"the answer does not say whether it has {', '.join(silent)}") if silent else None


def shown(words: Iterable[str]) -> str:
    """Render words from outside for a message: printable, quoted, without secrets, cut to a bearable length."""
    texts = [ascii(redact(word)[:40])[1:-1] for word in list(words)[:5]]
    return ", ".join(f'"{text}"' for text in texts)
