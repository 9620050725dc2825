"""The `Connection` kind: one API key at one exchange."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.documents.credentials import CredentialRefs
from reconciler.documents.parts import Date, Environment, Market, Metadata, Part, Text

Permission = Literal["read", "trade"]
# An address or a network; the loader and the schema take the same pattern, the rule reads the numbers.
Address = Annotated[str, StringConstraints(strict=True, max_length=50, pattern=r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$")]


class Rotation(Part):
    """When the key was made, and how old it may get."""

    created_at: Date
    max_age_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class Suspend(Part):
    """A declared pause with an end and a reason."""

    until: Date
    reason: Text


class TwoFactor(Part):
    """Somebody's word that the exchange account is behind a second factor; no API can show it."""

    attested_by: Text
    attested_at: Date


class ConnectionSpec(Part):
    """What a connection is for, and where its secrets are."""

    display_name: Text | None = None
    exchange: str
    environment: Environment = "live"
    account: Text = "main"
    markets: Annotated[tuple[Market, ...], Field(min_length=1, strict=False)]
    permissions: Annotated[tuple[Permission, ...], Field(min_length=1, strict=False)] = ("read", "trade")
    credentials: CredentialRefs
    ip_allowlist: Annotated[tuple[Address, ...], Field(strict=False)] = ()
    rotation: Rotation | None = None
    suspend: Suspend | None = None
    two_factor: TwoFactor | None = None


class Connection(Part):
    """One API key at one exchange, with the account and markets it is for."""

    api_version: Literal["reconciler/v1"]
    kind: Literal["Connection"]
    metadata: Metadata
    spec: ConnectionSpec
