"""Whether a changed field lets more happen or less: the measure of each field that has one. Pure.

Values that are no more and no less than others, such as two exchanges, are one lost and one gained: whoever gates on
what is wider sees the gain, and the way back has the directions turned. What has no measure here is neutral.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from reconciler.kit import networks
from reconciler.kit.duration import duration
from reconciler.model.comparison import Direction, Part
from reconciler.model.state import JsonValue, same

Fields = Mapping[str, JsonValue]
Measure = Callable[[str, Fields, Fields], Iterator[Part]]
_EVERYWHERE = ("0.0.0.0/0", "::/0")
_MARGIN = "spec.marginLimit"
_AVERAGING = "spec.averaging"


def turned(direction: Direction) -> Direction:
    """Return the direction of the way back."""
    ways = {Direction.WIDER: Direction.NARROWER, Direction.NARROWER: Direction.WIDER}
    return ways.get(direction, direction)


def parts(kind: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Yield what differs between two states of one document of a kind, field by field."""
    for path in sorted(before.keys() | after.keys()):
        if not same(before.get(path), after.get(path)):
            # What stands between the first word and the last is somebody's name: of an exchange, of a strategy.
            first, _, rest = path.partition(".")
            general = f"{first}.*.{rest.rpartition('.')[2]}"
            measures = MEASURES[kind]
            yield from (measures.get(path) or measures.get(general) or _neutral)(path, before, after)


def _neutral(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    yield Part(path, before.get(path), after.get(path), Direction.NEUTRAL)


def _either(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure what is one of several, or some of them: what is gained is wider, what is lost is narrower."""
    old, new = _entries(before.get(path)), _entries(after.get(path))
    gained, lost = [one for one in new if one not in old], [one for one in old if one not in new]
    one, two = before.get(path), after.get(path)
    if gained:
        yield Part(path, one, two, Direction.WIDER, f"gains {', '.join(gained)}")
    if lost:
        yield Part(path, one, two, Direction.NARROWER, f"loses {', '.join(lost)}")
    if not gained and not lost:
        yield Part(path, one, two, Direction.NEUTRAL, "in another order")


def _entries(value: JsonValue) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _ladder(*words: JsonValue, low: str, high: str) -> Measure:
    """Measure words by their place, the later the wider."""

    def measure(path: str, before: Fields, after: Fields) -> Iterator[Part]:
        one, two = before.get(path), after.get(path)
        is_up = words.index(two) > words.index(one)
        yield Part(path, one, two, Direction.WIDER if is_up else Direction.NARROWER, high if is_up else low)

    return measure


def _bound(low: str, high: str, *, is_upper: bool = True) -> Measure:
    """Measure a number that bounds something from above, so that more is wider, or from below; none bounds nothing."""

    def measure(path: str, before: Fields, after: Fields) -> Iterator[Part]:
        one, two = _number(before.get(path)), _number(after.get(path))
        is_more = one is not None and (two is None or (two > one) is is_upper)
        if one is not None and two is not None and one == two:
            yield from _neutral(path, before, after)
            return
        direction = Direction.WIDER if is_more else Direction.NARROWER
        yield Part(path, before.get(path), after.get(path), direction, high if is_more else low)

    return measure


def _number(value: JsonValue) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _addresses(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure an allowlist by the addresses it covers; without one a key may be used from everywhere."""
    one, two = before.get(path), after.get(path)
    gained, lost = _uncovered(one, two), _uncovered(two, one)
    if gained:
        yield Part(path, one, two, Direction.WIDER, f"lets in {', '.join(gained)}")
    if lost:
        yield Part(path, one, two, Direction.NARROWER, f"no longer lets in {', '.join(lost)}")
    if not gained and not lost:
        yield Part(path, one, two, Direction.NEUTRAL, "the same addresses, written differently")


def _uncovered(old: JsonValue, new: JsonValue) -> list[str]:
    """Return what a new list lets in and an old one does not, in the words of the new one."""
    read = [networks.parse(text) for text in _entries(old) or _EVERYWHERE]
    covered = networks.Coverage(network for network in read if network is not None)
    if not _entries(new):
        is_all = all(covered.covers(network) for text in _EVERYWHERE if (network := networks.parse(text)) is not None)
        return [] if is_all else ["every address"]
    found = [(text, networks.parse(text)) for text in _entries(new)]
    return [text for text, network in found if network is None or not covered.covers(network)]


def _pause(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure the end of a declared pause; without one nothing is paused."""
    one, two = before.get(path), after.get(path)
    if str(two or "") > str(one or ""):
        yield Part(path, one, two, Direction.NARROWER, "is paused for longer" if one else "is paused")
    else:
        yield Part(path, one, two, Direction.WIDER, "is paused less long" if two else "is no longer paused")


def _age_known(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure how old a key is said to be: without its day no rule can find it too old, and with a later one later."""
    one, two = before.get(path), after.get(path)
    if one is None or two is None:
        told = "its age is known" if one is None else "its age is no longer known"
        yield Part(path, one, two, Direction.NARROWER if one is None else Direction.WIDER, told)
    elif str(two) > str(one):
        yield Part(path, one, two, Direction.WIDER, "counts as younger, and no secret of it changed")
    else:
        yield Part(path, one, two, Direction.NARROWER, "counts as older")


def _span(low: str, high: str) -> Measure:
    """Measure a span of time, such as the longest between two tests; one that is not set is the usual one."""

    def measure(path: str, before: Fields, after: Fields) -> Iterator[Part]:
        one, two = (str(side.get(path) or "") for side in (before, after))
        if not one or not two or duration(one) == duration(two):
            yield from _neutral(path, before, after)
            return
        is_up = duration(two) > duration(one)
        yield Part(path, one, two, Direction.WIDER if is_up else Direction.NARROWER, high if is_up else low)

    return measure


def _mode(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure whether what differs is put right or only told; that is done unless a mode says otherwise."""
    one, two = (side.get(path) or "enforce" for side in (before, after))
    if one == two:
        yield from _neutral(path, before, after)
    else:
        yield from _ladder("enforce", "observe", low="is enforced", high="is only observed")(
            path, {path: one}, {path: two}
        )


def _margin(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure the most a strategy may use: amounts of one currency by their size, of two as one lost, one gained."""
    currencies = before.get(f"{_MARGIN}.currency"), after.get(f"{_MARGIN}.currency")
    if None in currencies or currencies[0] == currencies[1]:
        if path.endswith(".amount"):
            yield from _bound("may use less", "may use more")(path, before, after)
    elif path.endswith(".currency"):
        yield from _either(path, before, after)
    else:
        yield from _neutral(path, before, after)


def _averaging(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure how a strategy adds to a position; one that did not add at all adds from now on."""
    orders = f"{_AVERAGING}.maxOrders"
    if orders in before and orders in after:
        yield from _ADDING[path](path, before, after)
    elif path == orders:
        starts = orders in after
        told = "adds to positions" if starts else "no longer adds to positions"
        yield Part(path, before.get(path), after.get(path), Direction.WIDER if starts else Direction.NARROWER, told)
    else:
        yield from _neutral(path, before, after)


_ADDING: Mapping[str, Measure] = {
    f"{_AVERAGING}.maxOrders": _bound("adds fewer orders", "adds more orders"),
    f"{_AVERAGING}.volumeMultiplier": _bound("adds smaller orders", "adds larger orders"),
    f"{_AVERAGING}.stepPercent": _bound("adds later", "adds sooner", is_upper=False),
}


def _ladder_of_days(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure the last day on which something is accepted."""
    one, two = before.get(path), after.get(path)
    is_later = str(two) > str(one)
    told = "is accepted for longer" if is_later else "is accepted less long"
    yield Part(path, one, two, Direction.WIDER if is_later else Direction.NARROWER, told)


def _checked(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure whether something is checked at all."""
    one, two = before.get(path), after.get(path)
    if one is not None and two is not None:
        yield from _neutral(path, before, after)
    else:
        told = "is checked" if one is None else "is no longer checked"
        yield Part(path, one, two, Direction.NARROWER if one is None else Direction.WIDER, told)


def _address(path: str, before: Fields, after: Fields) -> Iterator[Part]:
    """Measure where an exchange is asked; without an address of the config it is asked itself."""
    one, two = ({path: fields.get(path) or "the exchange itself"} for fields in (before, after))
    yield from (replace(part, before=before.get(path), after=after.get(path)) for part in _either(path, one, two))


MEASURES: Mapping[str, Mapping[str, Measure]] = {
    "Connection": {
        "spec.exchange": _either,
        "spec.environment": _ladder(
            "simulator", "testnet", "live", low="is moved away from real money", high="is moved towards real money"
        ),
        "spec.account": _either,
        "spec.markets": _either,
        "spec.permissions": _either,
        "spec.ipAllowlist": _addresses,
        # Who vouches for a key, and whether more is sent with it than questions.
        "spec.proof.listedBy": _either,
        "spec.proof.withdrawalProbe": _ladder(
            None, "when-applying", low="is no longer probed for withdrawal", high="is probed for withdrawal"
        ),
        "spec.rotation.createdAt": _age_known,
        "spec.rotation.maxAgeDays": _bound("must be replaced sooner", "may grow older"),
        "spec.suspend.until": _pause,
        "spec.interval": _span("is tested more often", "is tested less often"),
        "spec.mode": _mode,
    },
    "StrategyBinding": {
        "spec.connection": _either,
        "spec.strategy": _either,
        "spec.market": _either,
        "spec.pairs": _either,
        "spec.enabled": _ladder(False, True, low="is switched off", high="is switched on"),
        "spec.riskLevel": _ladder("conservative", "balanced", "aggressive", low="may risk less", high="may risk more"),
        "spec.recoveryMode": _ladder(
            True, False, low="only works its way out of positions", high="may open new positions"
        ),
        f"{_MARGIN}.amount": _margin,
        f"{_MARGIN}.currency": _margin,
        **dict.fromkeys(_ADDING, _averaging),
    },
    "Waiver": {
        "spec.rule": _either,
        "spec.finding": _either,
        "spec.until": _ladder_of_days,
    },
    "Config": {
        # Keys are sent to whatever address stands here.
        "exchanges.*.baseUrl": _address,
        # Another file knows nothing of what was proven and suspended, and of what this program may take away.
        "platform.driver": _either,
        "platform.path": _either,
        "store.path": _either,
        "strategies.*.settingsSchema": _checked,
        "watch.interval": _span("keys are tested more often", "keys are tested less often"),
        "watch.floor": _span("keys may be tested more often", "keys may be tested less often"),
        "watch.staleAfter": _span("old proof counts less long", "old proof counts longer"),
        "watch.mode": _mode,
    },
}
