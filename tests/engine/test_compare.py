"""A comparison turned round is the comparison of the sides turned round, whatever stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler import wiring
from reconciler.documents.binding import StrategyBinding
from reconciler.documents.config import Config
from reconciler.documents.connection import Connection
from reconciler.documents.policy import Policy
from reconciler.documents.waiver import Waiver
from reconciler.engine.compare import compare
from reconciler.engine.widening import turned
from reconciler.model.comparison import Direction, Step
from reconciler.model.manifest import Manifests, Placed
from reconciler.model.side import Outside, Side
from reconciler.values.location import Location

NAMES = st.sampled_from(["a", "b", "c", "d"])
ADDRESSES = st.sampled_from(["203.0.113.1", "203.0.113.0/24", "203.0.112.0/23", "0.0.0.0/0", "::/0", "2001:db8::/32"])
WORDS = {"apiVersion": "reconciler/v1"}
CONTEXT = wiring.known()


@dataclass(frozen=True)
class At:
    """A source of which only the file is known."""

    file: str

    def where(self, *path: str | int) -> Location:
        return Location(self.file, 1, 1)


def some(values, *, least=0):
    return st.lists(values, min_size=least, max_size=3, unique=True)


def maybe(name, values):
    return st.one_of(st.just({}), values.map(lambda value: {name: value}))


def fields(always, *optional):
    return st.tuples(st.fixed_dictionaries(always), *optional).map(
        lambda parts: {name: value for part in parts for name, value in part.items()}
    )


METADATA = fields(
    {},
    maybe("movedFrom", NAMES),
    maybe("labels", st.sampled_from([{}, {"team": "core"}, {"team": "free", "desk": "a"}])),
)
CONNECTION = fields(
    {
        "exchange": st.sampled_from(["mexc", "kucoin"]),
        "environment": st.sampled_from(["live", "simulator"]),
        "account": st.sampled_from(["main", "sub"]),
        "markets": some(st.sampled_from(["spot", "futures"]), least=1),
        "credentials": st.sampled_from([{"sops": "secrets/a.sops.yaml", "key": key} for key in ("one", "two")]),
    },
    maybe("permissions", some(st.sampled_from(["read", "trade"]), least=1)),
    maybe("ipAllowlist", some(ADDRESSES)),
    maybe("suspend", st.sampled_from([{"until": day, "reason": "r"} for day in ("2026-12-01", "2027-01-01")])),
    maybe("rotation", st.sampled_from([{"createdAt": "2026-10-01"}, {"createdAt": "2026-11-01", "maxAgeDays": 30}])),
)
MARGINS = st.sampled_from([{"amount": a, "currency": c} for a in ("1", "1.0", "2") for c in ("USDT", "BTC")])
AVERAGING = st.sampled_from(
    [{"maxOrders": n, "stepPercent": s, "volumeMultiplier": m} for n in (1, 2) for s in ("1", "2") for m in ("1", "2")]
)
BINDING = fields(
    {
        "connection": NAMES,
        "strategy": st.sampled_from(["grid", "trend"]),
        "market": st.just("spot"),
        "pairs": some(st.sampled_from(["BTC/USDT", "ETH/USDT"]), least=1),
    },
    maybe("enabled", st.booleans()),
    maybe("riskLevel", st.sampled_from(["conservative", "balanced", "aggressive"])),
    maybe("recoveryMode", st.booleans()),
    maybe("marginLimit", MARGINS),
    maybe("averaging", AVERAGING),
    maybe("settings", st.sampled_from([{}, {"a": 1}, {"a": {"b": [1, 2]}}])),
)
POLICY = st.fixed_dictionaries(
    {
        "select": st.sampled_from([{}, {"labels": {"team": "core"}}]),
        "rules": st.fixed_dictionaries(
            {
                "naming": st.sampled_from(["deny", "warn", "off"]),
                "key-age": st.fixed_dictionaries(
                    {"maxDays": st.sampled_from([30, 90]), "severity": st.sampled_from(["deny", "warn", "off"])}
                ),
            }
        ),
    }
)
WAIVER = st.fixed_dictionaries(
    {
        "rule": st.just("naming"),
        "finding": st.sampled_from(["0" * 32, "1" * 32]),
        "owner": st.sampled_from(["ada", "bob"]),
        "reason": st.just("later"),
        "until": st.sampled_from(["2026-12-01", "2026-12-31"]),
    }
)
CONFIG = st.sampled_from(
    [
        {},
        {"exchanges": {"mexc": {"baseUrl": "http://127.0.0.1:4001"}}},
        {"exchanges": {"mexc": {"baseUrl": "http://127.0.0.1:4002"}}, "egress": {"addresses": ["203.0.113.1"]}},
        {"strategies": {"grid": {"settingsSchema": "grid.json"}}},
    ]
)
OUTSIDE = st.builds(Outside, st.sampled_from([None, "x", "y"]), st.sampled_from([(), ("age1a",), ("age1a", "age1b")]))


@st.composite
def sides(draw):
    def placed(model, kind, spec):
        found = []
        for name in draw(some(NAMES)):
            metadata = {**(draw(METADATA) if kind != "Policy" else {}), "name": name}
            document = {**WORDS, "kind": kind, "metadata": metadata, "spec": draw(spec)}
            source = At(draw(st.sampled_from(["one.yaml", "two.yaml"])))
            found.append(Placed(model.model_validate(document, context=CONTEXT), source))
        return tuple(found)

    connections = placed(Connection, "Connection", CONNECTION)
    manifests = Manifests(
        Path("/"),
        connections,
        placed(StrategyBinding, "StrategyBinding", BINDING),
        placed(Policy, "Policy", POLICY),
        waivers=placed(Waiver, "Waiver", WAIVER),
    )
    config = Config.model_validate(draw(CONFIG), context=CONTEXT)
    secrets = {one.name: {"apiKey": draw(OUTSIDE), "secret": draw(OUTSIDE)} for one in connections}
    return Side("side", manifests, config, secrets)


def told(comparison):
    return sorted(
        (one.kind, one.name, one.moved_from or "", part.path, repr(part.before), repr(part.after), part.direction.value)
        for one in comparison.differences
        for part in one.parts
    )


def told_backwards(comparison):
    return sorted(
        (
            one.kind,
            one.moved_from or one.name,
            one.name if one.moved_from else "",
            part.path,
            repr(part.after),
            repr(part.before),
            turned(part.direction).value,
        )
        for one in comparison.differences
        for part in one.parts
    )


@settings(max_examples=120, deadline=None)
@given(sides(), sides())
def test_the_way_back_is_the_same_with_the_directions_turned(one, two):
    there, back = compare(one, two, wiring.rules()), compare(two, one, wiring.rules())

    assert told(back) == told_backwards(there)


@settings(max_examples=40, deadline=None)
@given(sides())
def test_a_side_does_not_differ_from_itself(side):
    assert compare(side, side, wiring.rules()).differences == ()


@settings(max_examples=60, deadline=None)
@given(sides(), sides())
def test_what_is_wider_comes_first_and_every_difference_says_what_it_is(one, two):
    comparison = compare(one, two, wiring.rules())

    assert list(comparison.differences) == sorted(comparison.differences, key=lambda each: each.order)
    for each in comparison.differences:
        assert each.parts
        assert list(each.parts) == sorted(each.parts, key=lambda part: part.order)
    assert sum(map(comparison.count, Direction)) == len(comparison.differences)


@settings(max_examples=60, deadline=None)
@given(sides(), sides())
def test_a_connection_or_binding_of_either_side_is_told_once_at_most(one, two):
    found = [(each.kind, each.name, each.step) for each in compare(one, two, wiring.rules()).differences]

    assert len(found) == len(set(found))
    names = {(kind, name) for kind, name, step in found if step is not Step.REMOVED}
    assert len(names) == sum(step is not Step.REMOVED for _, _, step in found)
