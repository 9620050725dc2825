"""Secrets: a reference that may be shown, and a value that may not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from reconciler.kit import redact

if TYPE_CHECKING:
    from pydantic_core import CoreSchema


# Letters and digits mixed, long and without a dot or an underscore: names of files and keys are words.
_VALUE = re.compile(
    r"(?=.*[0-9])(?=.*[A-Za-z])(?:[A-Za-z0-9+=]{16,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
)


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Names a secret without holding it: scheme `sops`, locator `secrets/a.sops.yaml`, key `main.api_key`."""

    scheme: str
    locator: str
    key: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether every part of it can be a name; where one cannot, a value may stand where its name belongs."""
        return "…" not in str(self)

    def __str__(self) -> str:
        key = ".".join(map(_name_of, self.key.split("."))) if self.key else ""
        return f"{self.scheme}:{'/'.join(map(_name_of, self.locator.split('/')))}" + (f"#{key}" if key else "")


def _name_of(part: str) -> str:
    """Return a part of a reference, hidden where it looks like an API key, a secret or a UUID."""
    return "…" if _VALUE.fullmatch(part) else part


class Secret:
    """A secret value in memory; every way of rendering, copying out or pickling it is masked or refused."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value
        redact.remember(value)

    def reveal(self) -> str:
        """Return the value; to be called only where it is used: signing, encrypting, fingerprinting."""
        return self.__value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return redact.MASK

    def __format__(self, spec: str) -> str:
        return format(redact.MASK, spec)

    def __len__(self) -> int:
        return len(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled or copied")

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __copy__(self) -> Secret:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic carry a Secret and dump it masked; imported late, since values do without pydantic."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(
            cls, serialization=core_schema.plain_serializer_function_ser_schema(lambda _: redact.MASK)
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs a request: the field names are ccxt's own (`apiKey`, `secret`, `password`)."""

    api_key: Secret
    secret: Secret
    passphrase: Secret | None = None

    @property
    def masked_key(self) -> str:
        """Return the API key with all but its first and last four characters hidden; short ones hide whole."""
        key = self.api_key.reveal()
        return f"{key[:4]}…{key[-4:]}" if len(key) >= 16 else "…"

    def parts(self) -> tuple[str, ...]:
        """Return the values in a fixed order, for fingerprints."""
        return (self.api_key.reveal(), self.secret.reveal(), self.passphrase.reveal() if self.passphrase else "")
