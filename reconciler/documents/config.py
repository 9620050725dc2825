"""The `Config` kind: `reconciler.yaml` at the root of the config repository."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.documents import shapes
from reconciler.documents.parts import Address, DnsLabel, Driver, Duration, ExchangeId, Mode, Part, RelativePath, Unique


class PlatformSpec(Part):
    """Where connections and bindings live once applied."""

    driver: Driver = Field(default="embedded", description="The driver that talks to the platform.")
    path: RelativePath = Field(default=".reconciler/platform.db", description="The file of the embedded platform.")


class StoreSpec(Part):
    """Where runs, verdicts and what was applied are remembered."""

    path: RelativePath = Field(default=".reconciler/state.db", description="The file of the store.")


class Egress(Part):
    """Where this host's requests come from, as an exchange sees them."""

    addresses: Annotated[tuple[Address, ...], *Unique] = Field(
        default=(), description="The addresses or networks that requests come from."
    )


class ExchangeSettings(Part):
    """What may be set about one exchange."""

    base_url: Annotated[str, StringConstraints(strict=True, max_length=300, pattern=shapes.BASE_URL)] | None = Field(
        default=None,
        description="Replaces scheme, host and port of every URL of the exchange. A host other than loopback must be "
        "named in the environment variable RECONCILE_ALLOW_HOSTS.",
    )


class StrategySettings(Part):
    """What is known of one strategy: the JSON Schema of its `settings`."""

    settings_schema: RelativePath = Field(description="The JSON Schema file that its settings must meet.")


class WatchSpec(Part):
    """How `reconcile watch` runs."""

    interval: Duration = Field(default="15m", description="How often each key is tested.")
    floor: Duration = Field(default="1m", description="The least time between two tests of one key.")
    stale_after: Duration = Field(
        default="24h", description="For how long proof counts while nothing new can be had; at least two intervals."
    )
    debounce: Duration = Field(default="1s", description="For how long files must rest before a change is read.")
    mode: Mode = Field(
        default="enforce", description="Whether the loop makes changes, or only reports what it would do."
    )


class Config(Part):
    """The settings of a config repository; every field has a default, and so has the file."""

    api_version: Literal["reconciler/v1"] = Field(
        default="reconciler/v1", description="The version of the manifest format."
    )
    kind: Literal["Config"] = Field(default="Config", description="The kind of the document.")
    manifests: Annotated[tuple[RelativePath, ...], Field(min_length=1), *Unique] = Field(
        default=("connections.d",), description="The folders and files that hold the manifests."
    )
    platform: PlatformSpec = Field(
        default_factory=PlatformSpec, description="Where connections and bindings live once applied."
    )
    store: StoreSpec = Field(
        default_factory=StoreSpec, description="Where runs, verdicts and what was applied are remembered."
    )
    egress: Egress = Field(default_factory=Egress, description="Where this host's requests come from.")
    watch: WatchSpec = Field(default_factory=WatchSpec, description="How `reconcile watch` runs.")
    exchanges: dict[ExchangeId, ExchangeSettings] = Field(
        default_factory=dict, description="Settings of single exchanges, by ccxt id."
    )
    strategies: dict[DnsLabel, StrategySettings] = Field(
        default_factory=dict, description="What is known of single strategies, by name."
    )
