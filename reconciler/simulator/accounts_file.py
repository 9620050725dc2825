"""The accounts file of `reconcile simulator`: the keys it knows from the start, in YAML or JSON."""

from __future__ import annotations

from pathlib import Path

import yaml

from reconciler.errors import InvalidConfig, UsageError
from reconciler.simulator.fields import key_fields
from reconciler.simulator.key import KeyFields

_MOST_BYTES = 16 * 1024 * 1024


def read_accounts(path: Path) -> tuple[KeyFields, ...]:
    """Read the keys of an accounts file.

    Raises InvalidConfig with the number of the key that is wrong; no value of the file is ever in the message.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidConfig(
                f"{path} is larger than {_MOST_BYTES} bytes", hint="split the accounts over two simulators"
            )
        loaded = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise InvalidConfig(f"{path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise InvalidConfig(f"{path}{place} is neither YAML nor JSON", hint="write a list of keys") from None
    if not isinstance(loaded, list):
        raise InvalidConfig(f"{path} must be a list of keys", hint="- {exchange: mexc, rights: [read, trade_spot]}")
    return tuple(_key(path, number, given) for number, given in enumerate(loaded, start=1))


def _key(path: Path, number: int, given: object) -> KeyFields:
    try:
        fields = key_fields(given)
    except UsageError as error:
        raise InvalidConfig(f"{path}: key {number}: {error.message}", hint=error.hint) from error
    if "exchange" not in fields:
        raise InvalidConfig(f"{path}: key {number}: a key needs the field exchange")
    return fields
