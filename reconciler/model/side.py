"""One of two states of a config repository that are compared, as far as it can be known without a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.documents.config import Config
from reconciler.model.manifest import Manifests


@dataclass(frozen=True, slots=True)
class Outside:
    """A secret as it looks to somebody without its key: what tells its ciphertext from others, and who can open it.

    The digest is None where there is no ciphertext to look at: a variable, a file that is missing.
    """

    digest: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two states.

    `secrets` holds, by connection and credential, how the secret looks from outside; `schemas` what tells the settings
    schema of a strategy from others, None for one that cannot be read.
    """

    label: str
    manifests: Manifests
    config: Config = field(default_factory=Config)
    secrets: Mapping[str, Mapping[str, Outside]] = field(default_factory=dict)
    schemas: Mapping[str, str | None] = field(default_factory=dict)
