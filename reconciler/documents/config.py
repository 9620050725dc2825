"""The `Config` kind: `reconciler.yaml` at the root of the config repository."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.documents.connection import Address
from reconciler.documents.parts import DnsLabel, Part

RelativePath = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500)]


class PlatformSpec(Part):
    """Where connections and bindings live once applied."""

    driver: str = "embedded"
    path: RelativePath = ".reconciler/platform.db"


class StoreSpec(Part):
    """Where runs, verdicts and what was applied are remembered."""

    path: RelativePath = ".reconciler/state.db"


class Egress(Part):
    """Where this host's requests come from, as an exchange sees them."""

    addresses: Annotated[tuple[Address, ...], Field(strict=False)] = ()


class ExchangeSettings(Part):
    """What may be set about one exchange."""

    base_url: Annotated[str, StringConstraints(strict=True, pattern=r"^https?://[^\s/?#@]+$")] | None = None


class StrategySettings(Part):
    """What is known of one strategy: the JSON Schema of its `settings`."""

    settings_schema: RelativePath


class Config(Part):
    """The settings of a config repository; every field has a default, and so has the file."""

    api_version: Literal["reconciler/v1"] = "reconciler/v1"
    kind: Literal["Config"] = "Config"
    manifests: Annotated[tuple[RelativePath, ...], Field(min_length=1, strict=False)] = ("connections.d",)
    platform: PlatformSpec = Field(default_factory=PlatformSpec)
    store: StoreSpec = Field(default_factory=StoreSpec)
    egress: Egress = Field(default_factory=Egress)
    exchanges: dict[str, ExchangeSettings] = Field(default_factory=dict)
    strategies: dict[DnsLabel, StrategySettings] = Field(default_factory=dict)
