"""What users write about keys and faults, checked field by field; used by the control API and the accounts file.

Messages name the field and what belongs there, never the value: somebody will paste a secret into the wrong field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import TypeVar, cast

from reconciler.errors import UsageError
from reconciler.kit.clock import parse_iso
from reconciler.kit.suggest import did_you_mean
from reconciler.simulator.faults import FaultOptions
from reconciler.simulator.key import KeyFields

_T = TypeVar("_T")


def key_fields(given: object) -> KeyFields:
    """Read the description of a key.

    Raises UsageError at the first field that is unknown or has the wrong type.
    """
    known = _named(_object(given, "a key"), _KEY, "a key")
    return cast("KeyFields", {_KEY[name][0]: _KEY[name][1](value, name) for name, value in known.items()})


def fault_fields(given: object) -> tuple[str, str, FaultOptions]:
    """Read the description of a fault: the exchange, the kind, and the rest.

    Raises UsageError at the first field that is unknown or has the wrong type.
    """
    known = _named(_object(given, "a fault"), _FAULT, "a fault")
    for name in ("exchange", "fault"):
        if name not in known:
            raise UsageError(f"a fault needs the field {name}")
    read = {name: _FAULT[name][1](value, name) for name, value in known.items()}
    exchange, kind = str(read.pop("exchange")), str(read.pop("fault"))
    return exchange, kind, cast("FaultOptions", read)


def text_field(given: object, name: str) -> str:
    """Read an object with one text field and nothing else.

    Raises UsageError when it is anything else.
    """
    known = _named(_object(given, "the request"), {name: ()}, "the request")
    if name not in known:
        raise UsageError(f"the request needs the field {name}")
    return _text(known[name], name)


def _named(given: Mapping[str, object], known: Mapping[str, object], what: str) -> Mapping[str, object]:
    for name in given:
        if name not in known:
            raise UsageError(f"{what} has a field that is not known", hint=did_you_mean(str(name), known))
    return given


def _object(given: object, what: str) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise UsageError(f"{what} must be an object of named fields")
    return given


def _text(given: object, name: str) -> str:
    if not isinstance(given, str) or not given:
        raise UsageError(f"{name} must be a text that is not empty")
    return given


def _any_text(given: object, name: str) -> str:
    if not isinstance(given, str):
        raise UsageError(f"{name} must be a text")
    return given


def _texts(given: object, name: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise UsageError(f"{name} must be a list of texts")
    return given


def _number(given: object, name: str) -> int:
    if type(given) is not int:
        raise UsageError(f"{name} must be a whole number")
    return given


def _fields(given: object, name: str) -> Mapping[str, object]:
    return _object(given, name)


def _moment(given: object, name: str) -> datetime:
    # YAML has moments and days of its own; JSON has text.
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    if isinstance(given, date):
        return datetime.combine(given, time(), UTC)
    try:
        return parse_iso(_text(given, name))
    except ValueError:
        raise UsageError(f"{name} must be a moment", hint="such as 2026-12-31T00:00:00Z, or null") from None


def _or_null(read: Callable[[object, str], _T]) -> Callable[[object, str], _T | None]:
    return lambda given, name: None if given is None else read(given, name)


_Reader = tuple[str, Callable[[object, str], object]]
_KEY: Mapping[str, _Reader] = {
    "name": ("name", _or_null(_text)),
    "exchange": ("exchange", _text),
    "rights": ("rights", _texts),
    "ipAllowlist": ("ip_allowlist", _or_null(_texts)),
    "expiresAt": ("expires_at", _or_null(_moment)),
    "account": ("account", _or_null(_text)),
    "subAccount": ("sub_account", _or_null(_text)),
    "apiKey": ("api_key", _or_null(_text)),
    "secret": ("secret", _or_null(_text)),
    "passphrase": ("passphrase", _or_null(_text)),
    "state": ("state", _text),
    "version": ("version", _or_null(_number)),
    "permissions": ("permissions", _or_null(_any_text)),
    "keyInfo": ("key_info", _or_null(_fields)),
    "omitKeyInfo": ("omit_key_info", _or_null(_texts)),
}
_FAULT: Mapping[str, _Reader] = {
    "exchange": ("exchange", _text),
    "fault": ("kind", _text),
    "times": ("times", _or_null(_number)),
    "path": ("path", _or_null(_text)),
    "answer": ("answer", _or_null(_fields)),
}
