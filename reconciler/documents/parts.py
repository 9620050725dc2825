"""The parts that all kinds share: names, decimals, metadata, the strict base model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError

from reconciler.documents import shapes
from reconciler.documents.known import Known

API_VERSION = "reconciler/v1"

T = TypeVar("T")

DnsLabel = Annotated[str, StringConstraints(strict=True, pattern=shapes.DNS_LABEL)]
# Decimals travel as text: a YAML float would lose digits.
Decimal = Annotated[str, StringConstraints(strict=True, pattern=shapes.DECIMAL)]
Date = Annotated[str, StringConstraints(strict=True, pattern=shapes.DATE)]
Duration = Annotated[str, StringConstraints(strict=True, min_length=2, max_length=20, pattern=shapes.DURATION)]
Pair = Annotated[str, StringConstraints(strict=True, pattern=shapes.PAIR)]
Address = Annotated[str, StringConstraints(strict=True, pattern=shapes.ADDRESS)]
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=shapes.TEXT)]
RelativePath = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=500, pattern=shapes.RELATIVE_PATH)
]
Market = Literal["spot", "margin", "futures"]
Environment = Literal["live", "testnet", "simulator"]
Mode = Literal["observe", "enforce"]
Labels = dict[
    Annotated[str, StringConstraints(strict=True, pattern=shapes.LABEL_KEY)],
    Annotated[str, StringConstraints(strict=True, max_length=63, pattern=shapes.TEXT)],
]


def _unique(items: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(items)) == len(items):
        return items
    first = {item: at for at, item in reversed(list(enumerate(items)))}
    again = [at for at, item in enumerate(items) if first[item] != at]
    said = PydanticCustomError("duplicate_item", "this stands in the list already")
    raise ValidationError.from_exception_data(
        "list", [InitErrorDetails(type=said, loc=(at,), input=None) for at in again], hide_input=True
    )


# To be put behind a tuple: no item twice.
Unique = (AfterValidator(_unique), Field(strict=False, json_schema_extra={"uniqueItems": True}))


def _one_of(kind: str, words: Callable[[Known], Any]) -> AfterValidator:
    def check(word: str, info: ValidationInfo) -> str:
        if word not in words(cast(Known, info.context)):
            raise PydanticCustomError(cast(Any, f"unknown_{kind}"), cast(Any, f"no such {kind}"))
        return word

    return AfterValidator(check)


def _not_refused(word: str, info: ValidationInfo) -> str:
    known = cast(Known, info.context)
    if word in known.refused and word not in known.exchanges:
        raise PydanticCustomError("refused_exchange", "no key can be declared for it")
    return word


# Words that only a `Known` can check; the mark is replaced by an enum when the schema is generated.
ExchangeId = Annotated[
    str,
    Field(strict=True, json_schema_extra={"known": "exchanges"}),
    AfterValidator(_not_refused),
    _one_of("exchange", lambda known: known.exchanges),
]
Driver = Annotated[
    str, Field(strict=True, json_schema_extra={"known": "drivers"}), _one_of("driver", lambda known: known.drivers)
]
WaivableRule = Annotated[
    str,
    Field(strict=True, json_schema_extra={"known": "waivable"}),
    _one_of("waivable", lambda known: known.waivable),
]


class Part(BaseModel):
    """The base of all documents: strict types, no unknown field, camelCase outside, frozen."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=False,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )


class Metadata(Part):
    """What names a document."""

    name: DnsLabel = Field(description="The name, unique among the documents of its kind.", examples=["mexc-spot-main"])
    labels: Labels = Field(default_factory=dict, description="Free labels, to select by.")
    moved_from: DnsLabel | None = Field(
        default=None, description="The name it had before it was renamed, so that its history goes on."
    )
