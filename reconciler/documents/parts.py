"""The parts that all kinds share: names, decimals, metadata, the strict base model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

API_VERSION = "reconciler/v1"

DnsLabel = Annotated[str, StringConstraints(strict=True, max_length=63, pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
# Decimals travel as text: a YAML float would lose digits.
Decimal = Annotated[str, StringConstraints(strict=True, max_length=40, pattern=r"^[0-9]+(\.[0-9]+)?$")]
Date = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
# ccxt's unified symbols: BTC/USDT on spot, BTC/USDT:USDT on swaps, BTC/USDT:USDT-261225 on dated futures.
Pair = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=60, pattern=r"^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}(:[A-Z0-9]{1,20}(-[0-9]{6})?)?$"
    ),
]
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Market = Literal["spot", "margin", "futures"]
Environment = Literal["live", "testnet", "simulator"]
Labels = dict[
    Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?$")],
    Annotated[str, StringConstraints(strict=True, max_length=63)],
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

    name: DnsLabel
    labels: Labels = Field(default_factory=dict)
