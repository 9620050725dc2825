"""The `StrategyBinding` kind: a strategy bound to a connection, with its settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from reconciler.documents import shapes
from reconciler.documents.parts import Decimal, DnsLabel, Market, Metadata, Pair, Part, Unique


class MarginLimit(Part):
    """The most the strategy may use, in one currency."""

    amount: Decimal = Field(description="How much, as text so that no digit is lost.", examples=["500"])
    currency: Annotated[str, StringConstraints(strict=True, pattern=shapes.CURRENCY)] = Field(
        description="The currency, in capitals.", examples=["USDT"]
    )


class Averaging(Part):
    """How the strategy adds to a position that moves against it."""

    max_orders: Annotated[int, Field(ge=0, le=1000)] = Field(description="How many orders it may add.")
    step_percent: Decimal = Field(description="How far the price must move before the next order, in percent.")
    volume_multiplier: Decimal = Field(description="By what each order is larger than the one before.")


class BindingSpec(Part):
    """Which strategy trades what, through which connection, within which bounds."""

    connection: DnsLabel = Field(description="The connection, by its name.")
    strategy: DnsLabel = Field(description="The strategy, by its name.")
    enabled: bool = Field(default=True, description="Whether the strategy is to run.")
    market: Market = Field(description="The market it trades on, one of the connection's.")
    pairs: Annotated[tuple[Pair, ...], Field(min_length=1), *Unique] = Field(
        description="What it trades, as ccxt symbols: BTC/USDT on spot and margin, BTC/USDT:USDT on futures.",
        examples=[["BTC/USDT"], ["BTC/USDT:USDT"]],
    )
    risk_level: Literal["conservative", "balanced", "aggressive"] = Field(
        default="balanced", description="How much it may risk."
    )
    margin_limit: MarginLimit | None = Field(default=None, description="The most it may use.")
    averaging: Averaging | None = Field(default=None, description="How it adds to a position that moves against it.")
    recovery_mode: bool = Field(default=False, description="Whether it only works its way out of open positions.")
    settings: dict[str, Any] = Field(
        default_factory=dict, description="Settings of its own, checked against its JSON Schema where one is declared."
    )


class StrategyBinding(Part):
    """A strategy bound to a connection, with its settings."""

    api_version: Literal["reconciler/v1"] = Field(description="The version of the manifest format.")
    kind: Literal["StrategyBinding"] = Field(description="The kind of the document.")
    metadata: Metadata = Field(description="What names the document.")
    spec: BindingSpec = Field(description="Which strategy trades what, through which connection.")
