"""The `Policy` kind: rules that connections and bindings must meet."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from reconciler.documents.known import Known, RuleTraits
from reconciler.documents.parts import Labels, Metadata, Part
from reconciler.values.severity import Severity


class Setting:
    """How one rule is set: its level (None: off) and its numbers."""

    __slots__ = ("level", "parameters", "word")

    def __init__(self, word: str, level: Severity | None, parameters: dict[str, int]) -> None:
        self.word, self.level, self.parameters = word, level, parameters

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Setting) and (self.word, self.parameters) == (other.word, other.parameters)

    def __hash__(self) -> int:
        return hash((self.word, tuple(sorted(self.parameters.items()))))

    @classmethod
    def default(cls, traits: RuleTraits) -> Setting:
        """Return how a rule is set where no policy speaks of it."""
        numbers = {name: parameter.default for name, parameter in traits.parameters.items()}
        return cls(traits.default, traits.levels[traits.default], numbers)


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
        word, numbers = _setting(raw, rule, traits, mistakes)
        if len(mistakes) == found:
            settings[rule] = Setting(word, traits.levels[word], numbers)
    if mistakes:
        raise ValidationError.from_exception_data("rules", mistakes, hide_input=True)
    return settings


def _setting(
    raw: object, rule: str, traits: RuleTraits, mistakes: list[InitErrorDetails]
) -> tuple[str, dict[str, int]]:
    fields = raw if isinstance(raw, dict) and traits.parameters else {"severity": raw}
    word: str = traits.default
    numbers = {name: parameter.default for name, parameter in traits.parameters.items()}
    for name, given in fields.items():
        at = (rule, name) if fields is raw else (rule,)
        if name == "severity":
            if not isinstance(given, str) or given not in traits.levels:
                mistakes.append(_mistake("rule_level", f"use one of {', '.join(traits.levels)}", *at))
            else:
                word = given
        elif name not in traits.parameters:
            mistakes.append(_mistake("extra_forbidden", "Extra inputs are not permitted", *at))
        elif type(given) is not int or not traits.parameters[name].minimum <= given <= traits.parameters[name].maximum:
            bounds = traits.parameters[name]
            mistakes.append(
                _mistake("rule_number", f"use a whole number from {bounds.minimum} to {bounds.maximum}", *at)
            )
        else:
            numbers[name] = given
    return word, numbers


def _mistake(kind: str, message: str, *at: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(cast(Any, kind), cast(Any, message)), loc=at, input=None)


def _written(rules: RuleSettings) -> dict[str, object]:
    return {r: {"severity": s.word, **s.parameters} if s.parameters else s.word for r, s in rules.items()}


class Select(Part):
    """Which documents a policy speaks of: all labels must match; none means all."""

    labels: Labels = Field(default_factory=dict, description="All of these labels must match.")


class PolicySpec(Part):
    """The rules, and what they are for."""

    select: Select = Field(default_factory=Select, description="Which documents the policy speaks of.")
    rules: RuleSettings = Field(description="The rules, by id, each with its level or its settings.")


class Policy(Part):
    """Rules that connections and bindings must meet."""

    api_version: Literal["reconciler/v1"] = Field(description="The version of the manifest format.")
    kind: Literal["Policy"] = Field(description="The kind of the document.")
    metadata: Metadata = Field(description="What names the document.")
    spec: PolicySpec = Field(description="The rules, and what they are for.")
