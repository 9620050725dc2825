"""Documented answers as data: `bodies/<exchange>.json` holds the endpoints whose answers no request changes.

`endpoints` maps `"GET /path"` to the answer, word for word, with the permission tokens it `needs` (any one is
enough; without the field the endpoint is public). `"GET /path?name=value"` holds the answer for requests with that
parameter; the entry without one is for all others, and alone says what is needed.

In an answer `"@symbol"` stands for a list with the entry `symbol` of `shapes` once for each market, `"@symbol of
swaps"` for those that have a perpetual, and a shape may name parts of its market, such as `"{base}{quote}"`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict
from urllib.parse import parse_qsl

from reconciler.simulator.catalogue import Market
from reconciler.simulator.exchange import Endpoint
from reconciler.simulator.wire import Call


class _Entry(TypedDict, total=False):
    answer: object
    needs: list[str]
    pool: str
    weight: int


class _File(TypedDict):
    source: str
    shapes: dict[str, object]
    endpoints: dict[str, _Entry]


def endpoints(exchange: str) -> tuple[Endpoint, ...]:
    """Read the endpoints of one exchange."""
    path = Path(__file__).parent / "bodies" / f"{exchange}.json"
    loaded: _File = json.loads(path.read_text("utf-8"))
    lines = loaded["endpoints"]
    return tuple(_endpoint(line, lines, loaded["shapes"]) for line in lines if "?" not in line)


def _endpoint(line: str, entries: Mapping[str, _Entry], shapes: Mapping[str, object]) -> Endpoint:
    entry = entries[line]
    asked = {other: parse_qsl(other.partition("?")[2]) for other in entries if other.startswith(f"{line}?")}

    def answer(call: Call) -> object:
        fitting = (other for other, wanted in asked.items() if set(wanted) <= call.params.items())
        return _expanded(entries[next(fitting, line)]["answer"], shapes, call)

    method, path = line.split()
    return Endpoint(
        method,
        path,
        answer,
        needs=tuple(entry.get("needs", ())),
        is_signed="needs" in entry,
        is_static=not asked,
        pool=entry.get("pool", ""),
        weight=entry.get("weight", 1),
    )


def _expanded(answer: object, shapes: Mapping[str, object], call: Call) -> object:
    if isinstance(answer, dict):
        return {name: _expanded(value, shapes, call) for name, value in answer.items()}
    if not isinstance(answer, str) or not answer.startswith("@"):
        return answer
    name, _, of_what = answer[1:].partition(" of ")
    markets = call.scene.markets
    if of_what == "swaps":
        markets = [market for market in markets if market.has_swap]
    elif of_what == "coins":
        markets = [*markets, Market(markets[0].quote, price="1", has_swap=False)]
    return [_filled(shapes[name], market.parts) for market in markets]


def _filled(shape: object, parts: Mapping[str, str]) -> object:
    if isinstance(shape, str):
        return shape.format_map(parts) if "{" in shape else shape
    if isinstance(shape, list):
        return [_filled(item, parts) for item in shape]
    if isinstance(shape, dict):
        return {name: _filled(value, parts) for name, value in shape.items()}
    return shape
