"""The `Policy` kind: rules that connections and bindings must meet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from reconciler.documents import shapes
from reconciler.documents.freeze import Freeze
from reconciler.documents.known import Known, RuleTraits, Texts
from reconciler.documents.parts import Labels, Metadata, Part
from reconciler.values.severity import Severity

Listed = Mapping[str, tuple[str, ...] | None]
MOST_TEXTS = 100


class Setting:
    """How one rule is set: its level (None: off), its numbers and its lists; a list that is None asks nothing."""

    __slots__ = ("level", "parameters", "texts", "word")

    def __init__(
        self, word: str, level: Severity | None, parameters: Mapping[str, int], texts: Listed | None = None
    ) -> None:
        self.word, self.level, self.parameters, self.texts = word, level, dict(parameters), dict(texts or {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Setting) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self.word)

    def __repr__(self) -> str:
        return f"Setting({self.written()!r})"

    def _parts(self) -> tuple[str, dict[str, int], dict[str, tuple[str, ...] | None]]:
        return (self.word, self.parameters, self.texts)

    def written(self) -> str | dict[str, int | str | list[str]]:
        """Return the setting as a policy writes it."""
        lists = {name: list(given) for name, given in self.texts.items() if given is not None}
        if not self.parameters and not lists:
            return self.word
        return {"severity": self.word, **self.parameters, **lists}

    @classmethod
    def default(cls, traits: RuleTraits) -> Setting:
        """Return how a rule is set where no policy speaks of it."""
        numbers = {name: parameter.default for name, parameter in traits.parameters.items()}
        return cls(traits.default, traits.levels[traits.default], numbers, dict.fromkeys(traits.texts))


class RuleSettings(dict[str, Setting]):
    """The rules a policy speaks of, by id."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate with `read_rules`, which needs a `Known` as the validation context."""
        return core_schema.with_info_plain_validator_function(
            read_rules, serialization=core_schema.plain_serializer_function_ser_schema(_written)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Leave a mark for the schema generator, which alone knows the rules."""
        return {"known": "rules"}


def read_rules(value: object, info: ValidationInfo) -> RuleSettings:
    """Read the `rules` of a policy.

    Raises ValidationError that holds every mistake at its own rule.
    """
    known = cast(Known, info.context)
    if not isinstance(value, dict):
        raise PydanticCustomError("dict_type", "Input should be a valid dictionary")
    mistakes: list[InitErrorDetails] = []
    settings = RuleSettings()
    for rule, raw in value.items():
        traits = known.rules.get(rule)
        if traits is None:
            mistakes.append(_mistake("unknown_rule", "no such rule", rule))
            continue
        found = len(mistakes)
        setting = _setting(raw, rule, traits, mistakes)
        if len(mistakes) == found:
            settings[rule] = setting
    if mistakes:
        raise ValidationError.from_exception_data("rules", mistakes, hide_input=True)
    return settings


def _setting(raw: object, rule: str, traits: RuleTraits, mistakes: list[InitErrorDetails]) -> Setting:
    fields = raw if isinstance(raw, dict) and traits.names else {"severity": raw}
    setting = Setting.default(traits)
    for name, given in fields.items():
        at = (rule, name) if fields is raw else (rule,)
        if name == "severity":
            if not isinstance(given, str) or given not in traits.levels:
                mistakes.append(_mistake("rule_level", f"use one of {', '.join(traits.levels)}", *at))
            else:
                setting.word, setting.level = given, traits.levels[given]
        elif name in traits.parameters:
            bounds = traits.parameters[name]
            if type(given) is not int or not bounds.minimum <= given <= bounds.maximum:
                told = f"use a whole number from {bounds.minimum} to {bounds.maximum}"
                mistakes.append(_mistake("rule_number", told, *at))
            else:
                setting.parameters[name] = given
        elif name in traits.texts:
            setting.texts[name] = _texts(given, traits.texts[name], at, mistakes)
        else:
            mistakes.append(_mistake("extra_forbidden", "Extra inputs are not permitted", *at))
    return setting


def _texts(
    given: object, texts: Texts, at: tuple[str, ...], mistakes: list[InitErrorDetails]
) -> tuple[str, ...] | None:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_TEXTS:
        mistakes.append(_mistake("rule_texts", f"use a list of 1 to {MOST_TEXTS} texts: [one, two]", *at))
        return None
    shape = re.compile(texts.pattern.removesuffix("$") + r"\Z")
    for number, text in enumerate(given):
        if not isinstance(text, str) or not shape.match(text):
            mistakes.append(_mistake("rule_texts", f"use {shapes.WORDS[texts.pattern]}", *at, number))
        elif text in given[:number]:
            mistakes.append(_mistake("duplicate_item", "this stands in the list already", *at, number))
    return tuple(text for text in given if isinstance(text, str))


def _mistake(kind: str, message: str, *at: str | int) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(cast(Any, kind), cast(Any, message)), loc=at, input=None)


def _written(rules: RuleSettings) -> dict[str, object]:
    return {rule: setting.written() for rule, setting in rules.items()}


class Select(Part):
    """Which documents a policy speaks of: all labels must match; none means all."""

    labels: Labels = Field(default_factory=dict, description="All of these labels must match.")


class PolicySpec(Part):
    """The rules, and what they are for."""

    select: Select = Field(default_factory=Select, description="Which documents the policy speaks of.")
    rules: RuleSettings = Field(description="The rules, by id, each with its level or its settings.")
    freeze: Freeze = Field(default_factory=dict, description="Times of no change, by a name for each.")


class Policy(Part):
    """Rules that connections and bindings must meet."""

    api_version: Literal["reconciler/v1"] = Field(description="The version of the manifest format.")
    kind: Literal["Policy"] = Field(description="The kind of the document.")
    metadata: Metadata = Field(description="What names the document.")
    spec: PolicySpec = Field(description="The rules, and what they are for.")
