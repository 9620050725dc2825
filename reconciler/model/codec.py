"""Model values to plain JSON and back, for whatever keeps them: stores, plan files.

The shape follows the dataclasses: a field that holds its default is left out, and one that is absent takes its
default. Only known types are written, so a secret can never be: it is a TypeError.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeVar, Union, cast, get_args, get_origin, get_type_hints

from reconciler.model.state import JsonValue

T = TypeVar("T")
_Decoder = Callable[[object], object]
_Encoder = Callable[[object], JsonValue]
_PLAIN = frozenset({type(None), bool, int, float, str})
_NO_DEFAULT = object()


def encode(value: object) -> JsonValue:
    """Return a model value as plain JSON.

    Raises TypeError for anything that is no model value; a secret is none.
    """
    kind: type = type(value)
    return _encoder(kind)(value)


def decode(kind: type[T], data: object) -> T:
    """Return the model value that `encode` wrote.

    Raises ValueError when the data is not of that shape.
    """
    try:
        return cast(T, _decoder(cast(object, kind))(data))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is no {kind.__name__}") from error


@cache
def _encoder(kind: type) -> _Encoder:
    """Work out once how a type is written."""
    if kind in _PLAIN:
        return lambda value: cast(JsonValue, value)
    if issubclass(kind, StrEnum):
        return lambda value: cast(StrEnum, value).value
    if issubclass(kind, datetime):
        return lambda value: cast(datetime, value).isoformat()
    if issubclass(kind, tuple | list):
        return lambda value: [encode(item) for item in cast(list[object], value)]
    if issubclass(kind, Mapping):
        return lambda value: {str(key): encode(item) for key, item in cast(Mapping[object, object], value).items()}
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    raise TypeError(f"a {kind.__name__} is not kept")


def _dataclass_encoder(kind: type) -> _Encoder:
    defaults = [(each.name, _default(each)) for each in fields(kind)]

    def write(value: object) -> JsonValue:
        written: dict[str, JsonValue] = {}
        for name, default in defaults:
            item = getattr(value, name)
            if item is not default and item != default:
                written[name] = encode(item)
        return written

    return write


def _default(each: Field[object]) -> object:
    if each.default is not MISSING:
        return each.default
    return each.default_factory() if each.default_factory is not MISSING else _NO_DEFAULT


@cache
def _decoder(hint: object) -> _Decoder:
    """Work out once how a type is read."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(*(_decoder(argument) for argument in arguments))
    if is_dataclass(hint):
        return _dataclass(cast(type, hint))
    if hint is datetime:
        return lambda data: _moment(_checked(data, str))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if isinstance(hint, type) and hint in _PLAIN:
        return lambda data: _checked(data, hint)
    raise TypeError(f"{hint} is not kept")


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime:
    # One test writes the same few moments again and again.
    return datetime.fromisoformat(text)


def _checked(data: object, kind: type[T]) -> T:
    if not isinstance(data, kind):
        raise TypeError(f"not a {kind.__name__}")
    return data


def _union(arguments: tuple[object, ...]) -> _Decoder:
    others = [argument for argument in arguments if argument is not type(None)]
    if len(others) > 1:
        # Several plain types together are JSON already.
        return lambda data: data
    inner = _decoder(others[0])
    return lambda data: None if data is None else inner(data)


def _tuple(arguments: tuple[object, ...]) -> _Decoder:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _decoder(arguments[0])
        return lambda data: tuple([item(one) for one in _checked(data, list)])
    items = [_decoder(argument) for argument in arguments]
    return lambda data: tuple(read(one) for read, one in zip(items, _checked(data, list), strict=True))


def _mapping(key: _Decoder, item: _Decoder) -> _Decoder:
    return lambda data: {key(name): item(one) for name, one in _checked(data, dict).items()}


def _dataclass(kind: type) -> _Decoder:
    hints = get_type_hints(kind)
    # Worked out at first use, since a type may hold itself.
    decoders: dict[str, _Decoder] = {}

    def read(data: object) -> object:
        if not decoders:
            decoders.update({each.name: _decoder(hints[each.name]) for each in fields(kind)})
        return kind(**{name: decoders[name](one) for name, one in _checked(data, dict).items() if name in decoders})

    return read
