"""The `StrategyBinding` kind: a strategy bound to a connection, with its settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from reconciler.documents.parts import Decimal, DnsLabel, Market, Metadata, Pair, Part


class MarginLimit(Part):
    """The most the strategy may use, in one currency."""

    amount: Decimal
    currency: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9]{1,20}$")]


class Averaging(Part):
    """How the strategy adds to a position that moves against it."""

    max_orders: Annotated[int, Field(ge=0, le=1000)]
    step_percent: Decimal
    volume_multiplier: Decimal


class BindingSpec(Part):
    """Which strategy trades what, through which connection, within which bounds."""

    connection: DnsLabel
    strategy: DnsLabel
    enabled: bool = True
    market: Market
    pairs: Annotated[tuple[Pair, ...], Field(min_length=1, strict=False)]
    risk_level: Literal["conservative", "balanced", "aggressive"] = "balanced"
    margin_limit: MarginLimit | None = None
    averaging: Averaging | None = None
    recovery_mode: bool = False
    settings: dict[str, Any] = Field(default_factory=dict)


class StrategyBinding(Part):
    """A strategy bound to a connection, with its settings."""

    api_version: Literal["reconciler/v1"]
    kind: Literal["StrategyBinding"]
    metadata: Metadata
    spec: BindingSpec
