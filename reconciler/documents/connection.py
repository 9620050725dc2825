"""The `Connection` kind: one API key at one exchange."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reconciler.documents.credentials import CredentialRefs
from reconciler.documents.parts import (
    Address,
    Date,
    DnsLabel,
    Duration,
    Environment,
    ExchangeId,
    Market,
    Metadata,
    Mode,
    Part,
    Text,
    Unique,
)

Permission = Literal["read", "trade"]


class Rotation(Part):
    """When the key was made, and how old it may get."""

    created_at: Date = Field(description="The day the key was made.", examples=["2026-10-01"])
    max_age_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        default=None,
        description="After how many days the key must be replaced; the policy decides where this is absent.",
    )


class Suspend(Part):
    """A declared pause with an end and a reason."""

    until: Date = Field(description="The last day of the pause.")
    reason: Text = Field(description="Why the connection is paused.")


class TwoFactor(Part):
    """Somebody's word that the exchange account is behind a second factor; no API can show it."""

    attested_by: Text = Field(description="Who vouches for it.")
    attested_at: Date = Field(description="The day it was last checked.")


class ProofSource(Part):
    """How to prove what an exchange's answers about the key alone leave open; one way or the other."""

    listed_by: DnsLabel | None = Field(
        default=None,
        description="The connection whose read-only key of the main account lists the keys of this sub-account.",
    )
    withdrawal_probe: Literal["when-applying"] | None = Field(
        default=None,
        description="When to ask the exchange to cancel a withdrawal that cannot exist, which shows if the key may.",
    )


class ConnectionSpec(Part):
    """What a connection is for, and where its secrets are."""

    display_name: Text | None = Field(
        default=None, description="What the dashboard shows.", examples=["MEXC Spot Main"]
    )
    exchange: ExchangeId = Field(description="The exchange, by its ccxt id.")
    environment: Environment = Field(default="live", description="The real exchange, its testnet, or the simulator.")
    account: Text = Field(
        default="main", description="The label of the sub-account; keys with the same label share its rate limits."
    )
    markets: Annotated[tuple[Market, ...], Field(min_length=1), *Unique] = Field(
        description="The markets the key is for."
    )
    permissions: Annotated[tuple[Permission, ...], Field(min_length=1), *Unique] = Field(
        default=("read", "trade"), description="What the key must be able to do; withdrawing is no value of this list."
    )
    credentials: CredentialRefs = Field(description="Where the secrets are: a reference each, or one for all.")
    ip_allowlist: Annotated[tuple[Address, ...], *Unique] = Field(
        default=(), description="The addresses or networks the key may be used from.", examples=[["203.0.113.10"]]
    )
    interval: Duration | None = Field(
        default=None, description="How often `reconcile watch` tests the key; the config decides where this is absent."
    )
    mode: Mode | None = Field(
        default=None, description="Whether changes are made or only reported; enforce where this is absent."
    )
    proof: ProofSource | None = Field(
        default=None, description="How to prove what the exchange does not tell about a key by itself."
    )
    rotation: Rotation | None = Field(default=None, description="When the key was made, and how old it may get.")
    suspend: Suspend | None = Field(default=None, description="A declared pause.")
    two_factor: TwoFactor | None = Field(
        default=None, description="Somebody's word that the account is behind a second factor."
    )


class Connection(Part):
    """One API key at one exchange, with the account and markets it is for."""

    api_version: Literal["reconciler/v1"] = Field(description="The version of the manifest format.")
    kind: Literal["Connection"] = Field(description="The kind of the document.")
    metadata: Metadata = Field(description="What names the document.")
    spec: ConnectionSpec = Field(description="What the connection is for, and where its secrets are.")
