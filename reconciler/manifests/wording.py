"""How the models' complaints are told: each with its rule, in words that never repeat a value of the manifest.

A value or field name is shown only as the known word it was probably meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from reconciler.documents import shapes
from reconciler.documents.known import Known
from reconciler.kit.suggest import closest, did_you_mean
from reconciler.manifests.fields import fields_at
from reconciler.manifests.mistakes import Mistake, Path

# What people write when they want the one right that no key may have.
_WITHDRAW = re.compile(r"withdraw(al|als|s)?(_.*)?", re.IGNORECASE)
_FIXED_RULE = "no-withdraw"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error of pydantic, with what is needed to word it."""

    code: str
    path: Path
    message: str
    context: Mapping[str, Any]
    value: object
    model: type[BaseModel]
    known: Known


def worded(complaint: Complaint) -> Mistake:
    """Turn one complaint of the models into a mistake."""
    return _WORDINGS.get(complaint.code, _other)(complaint)


def _missing(one: Complaint) -> Mistake:
    return Mistake("missing-field", one.path, f'the field "{one.path[-1]}" is missing', "add it")


def _unknown_field(one: Complaint) -> Mistake:
    fields = fields_at(one.model, one.path[:-1]) or _parameters(one)
    told = f"no such field in {_named(one.model, one.path[:-1])}"
    return Mistake("unknown-field", one.path, told, did_you_mean(str(one.path[-1]), fields), at_key=True)


def _parameters(one: Complaint) -> list[str]:
    traits = one.known.rules.get(str(one.path[-2])) if len(one.path) > 1 else None
    return ["severity", *traits.names] if traits else []


def _literal(one: Complaint) -> Mistake:
    words = re.findall(r"'([^']*)'", str(one.context.get("expected", "")))
    if "permissions" in one.path and isinstance(one.value, str) and _WITHDRAW.fullmatch(one.value):
        told = "no key may withdraw: the rule no-withdraw has no switch"
        remedy = "remove it from the list, and disable withdrawal for the key at the exchange"
        return Mistake("withdraw-permission", one.path, told, remedy)
    rule = "api-version" if one.path == ("apiVersion",) else "schema"
    said = one.value if isinstance(one.value, str) else ""
    told = f"{_named(one.model, one.path)} has no such value"
    return Mistake(rule, one.path, told, did_you_mean(said, words))


def _pattern(one: Complaint) -> Mistake:
    pattern = str(one.context.get("pattern", ""))
    rule = {shapes.PAIR: "pair", shapes.RELATIVE_PATH: "path"}.get(pattern, "schema")
    at_key = one.path[-1] == "[key]"
    path = one.path[:-1] if at_key else one.path
    named = "this name" if at_key else _named(one.model, path)
    return Mistake(rule, path, f"{named} must be {shapes.WORDS[pattern]}", "correct it", at_key=at_key)


_WRITTEN = {"a list": "write a list: [one, two]", "a map": "write a map: {name: value}"}


def _type(wanted: str) -> Callable[[Complaint], Mistake]:
    def wording(one: Complaint) -> Mistake:
        named = _named(one.model, one.path)
        if one.value is None:
            return Mistake("schema", one.path, f"{named} has no value", f"write {wanted}")
        is_bare = wanted == "text" and isinstance(one.value, bool | int | float)
        remedy = "put it into quotes" if is_bare else _WRITTEN.get(wanted, f"write {wanted}")
        return Mistake("schema", one.path, f"{named} must be {wanted}", remedy)

    return wording


def _bound(told: str, name: str, remedy: str) -> Callable[[Complaint], Mistake]:
    def wording(one: Complaint) -> Mistake:
        message = f"{_named(one.model, one.path)} must {told.format(one.context.get(name))}"
        return Mistake("schema", one.path, message, remedy)

    return wording


def _named(model: type[BaseModel], path: Path) -> str:
    # Only names of the grammar are shown; in free maps a name is as much the user's as a value.
    if not path:
        return f"a {model.__name__}"
    if isinstance(path[-1], int):
        return f"an item of {_named(model, path[:-1])}"
    return f'"{path[-1]}"' if path[-1] in fields_at(model, path[:-1]) else "this"


def _literal_secret(one: Complaint) -> Mistake:
    if one.value is None:
        return Mistake("secret-reference", one.path, "no secret reference stands here", _references(one.known))
    leaked = "it may have leaked: replace the key at the exchange, and store the new one with: reconcile secrets set"
    remedy = f"{leaked}; then {_references(one.known)}"
    return Mistake("secret-literal", one.path, "a plain value stands where a secret reference belongs", remedy)


def _secret(*, at_key: bool = False) -> Callable[[Complaint], Mistake]:
    def wording(one: Complaint) -> Mistake:
        return Mistake("secret-reference", one.path, one.message, _references(one.known), at_key=at_key)

    return wording


def _references(known: Known) -> str:
    # Those with a key come first: one file for all values is what most people want.
    schemes = sorted(known.schemes.items(), key=lambda scheme: (not scheme[1], scheme[0]))
    forms = [f"{{{name}: …, key: …}}" if keyed else f"{{{name}: …}}" for name, keyed in schemes]
    return f"write a reference such as {' or '.join(forms)}"


def _rule(one: Complaint) -> Mistake:
    if one.path[-1] == _FIXED_RULE:
        told = "no-withdraw has no switch: it always holds"
        return Mistake("policy-rule", one.path, told, "remove the line", at_key=True)
    near = closest(str(one.path[-1]), one.known.rules)
    listed = f"the rules are {', '.join(sorted(one.known.rules))}"
    hint = f'did you mean "{near}"? {listed}' if near else listed
    return Mistake("policy-rule", one.path, "no such rule", hint, at_key=True)


def _level(one: Complaint) -> Mistake:
    return Mistake("policy-rule", one.path, "the rule cannot be set so", one.message)


def _plugin(rule: str, told: str, words: Callable[[Known], Any]) -> Callable[[Complaint], Mistake]:
    def wording(one: Complaint) -> Mistake:
        path, said, at_key = _named_by(one)
        return Mistake(rule, path, told, did_you_mean(said, words(one.known)), at_key)

    return wording


def _unknown_exchange(one: Complaint) -> Mistake:
    path, said, at_key = _named_by(one)
    near = closest(said, one.known.exchanges)
    remedy = f'did you mean "{near}"?' if near else "use an id that is listed by: reconcile explain exchanges"
    return Mistake("exchange", path, "no such exchange", remedy, at_key)


def _refused(one: Complaint) -> Mistake:
    path, said, at_key = _named_by(one)
    return Mistake("exchange", path, one.known.refused[said], "see: reconcile explain exchanges", at_key)


def _named_by(one: Complaint) -> tuple[tuple[str | int, ...], str, bool]:
    """Return where a plug-in is named, by which word, and whether the word is the key of a map."""
    at_key = one.path[-1] == "[key]"
    path = one.path[:-1] if at_key else one.path
    said = path[-1] if at_key else one.value
    return path, said if isinstance(said, str) else "", at_key


def _waived(one: Complaint) -> Mistake:
    rules = ", ".join(one.known.waivable)
    if one.value == _FIXED_RULE or (isinstance(one.value, str) and one.value in one.known.rules):
        told = f"nothing waives {one.value}"
        return Mistake("waiver", one.path, told, "delete the waiver, and mend what was found")
    near = closest(one.value, one.known.waivable) if isinstance(one.value, str) else None
    hint = f'did you mean "{near}"? ' if near else ""
    return Mistake("waiver", one.path, "no such rule", f"{hint}the rules are {rules}")


def _twice(one: Complaint) -> Mistake:
    return Mistake("schema", one.path, "this stands in the list already", "remove it")


def _no_zone(one: Complaint) -> Mistake:
    told = "this machine knows no such time zone"
    return Mistake("schema", one.path, told, "name one of the IANA database, such as UTC or Europe/Berlin")


def _never(one: Complaint) -> Mistake:
    return Mistake("schema", one.path, "this never begins: no month has such a day", "correct the days or the months")


def _other(one: Complaint) -> Mistake:
    return Mistake("schema", one.path, "this is not what belongs here", "compare with: reconcile schema")


_WORDINGS: Mapping[str, Callable[[Complaint], Mistake]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "literal_error": _literal,
    "string_pattern_mismatch": _pattern,
    "string_type": _type("text"),
    "bool_type": _type("true or false"),
    "int_type": _type("a whole number"),
    "int_from_float": _type("a whole number"),
    "dict_type": _type("a map"),
    "model_type": _type("a map"),
    "model_attributes_type": _type("a map"),
    "tuple_type": _type("a list"),
    "list_type": _type("a list"),
    "string_too_long": _bound("have at most {} characters", "max_length", "shorten it"),
    "string_too_short": _bound("have at least {} character", "min_length", "write it, or remove the field"),
    "greater_than_equal": _bound("be at least {}", "ge", "raise it"),
    "less_than_equal": _bound("be at most {}", "le", "lower it"),
    "too_short": _bound("hold at least {} item", "min_length", "add one"),
    "duplicate_item": _twice,
    "unknown_time_zone": _no_zone,
    "cron_never": _never,
    "unknown_exchange": _unknown_exchange,
    "refused_exchange": _refused,
    "unknown_waivable": _waived,
    "unknown_driver": _plugin("schema", "no such driver", lambda known: known.drivers),
    "secret_literal": _literal_secret,
    "unknown_credential": _secret(at_key=True),
    "unknown_reference": _secret(at_key=True),
    "one_reference": _secret(),
    "one_for_all": _secret(at_key=True),
    "reference_text": _secret(),
    "reference_key": _secret(),
    "reference_no_key": _secret(at_key=True),
    "unknown_rule": _rule,
    "rule_level": _level,
    "rule_number": _level,
    "rule_texts": _level,
}
