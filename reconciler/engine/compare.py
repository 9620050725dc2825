"""Comparing two states of the manifests by what they mean: which documents differ, and in which direction. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.waiver import Waiver
from reconciler.engine import widening
from reconciler.engine.desired import binding_fields, connection_fields, waiver_fields, watching_fields
from reconciler.engine.loosening import Loosening
from reconciler.model.comparison import Comparison, Difference, Direction, Part, Step
from reconciler.model.manifest import Placed
from reconciler.model.rule import Rule
from reconciler.model.side import Outside, Side
from reconciler.values.location import Location

_CREDENTIALS = "spec.credentials"
_CREATED = "spec.rotation.createdAt"
_RECIPIENTS = f"{_CREDENTIALS}.recipients"
_SECTIONS = ("platform", "store", "egress", "watch")
Document = Connection | StrategyBinding
_NOBODY = Outside()


def compare(base: Side, head: Side, rules: Sequence[Rule]) -> Comparison:
    """Say what differs, wider first."""
    one, two = _known(base), _known(head)
    pairs = _paired(one, two)
    moved = {(kind, old): new for (kind, old), (_, new) in pairs.items() if new is not None and old != new}
    loosening = Loosening(base.manifests, head.manifests, rules)
    found = [*_documents(pairs, one, two, moved, loosening), *loosening.policies(), *_config(base, head)]
    return Comparison(base.label, head.label, tuple(sorted(found, key=lambda each: each.order)))


@dataclass(frozen=True, slots=True)
class _Known:
    """One document of a side, flattened, and how its secrets look."""

    placed: Placed[Connection] | Placed[StrategyBinding] | Placed[Waiver]
    fields: widening.Fields
    secrets: Mapping[str, Outside]
    came_from: str | None

    @property
    def kind(self) -> str:
        return self.placed.document.kind

    @property
    def file(self) -> str:
        return self.placed.source.file

    @property
    def location(self) -> Location:
        return self.placed.source.where("metadata", "name")


Id = tuple[str, str]
Index = Mapping[Id, _Known]


def _known(side: Side) -> Index:
    found: dict[Id, _Known] = {}
    for connection in side.manifests.connections:
        fields = {**connection_fields(connection.document), **watching_fields(connection.document)}
        secrets = side.secrets.get(connection.name, {})
        came_from = connection.document.metadata.moved_from
        found["Connection", connection.name] = _Known(connection, fields, secrets, came_from)
    for binding in side.manifests.bindings:
        fields, came_from = binding_fields(binding.document), binding.document.metadata.moved_from
        found["StrategyBinding", binding.name] = _Known(binding, fields, {}, came_from)
    for waiver in side.manifests.waivers:
        fields, came_from = waiver_fields(waiver.document), waiver.document.metadata.moved_from
        found["Waiver", waiver.name] = _Known(waiver, fields, {}, came_from)
    return found


def _paired(one: Index, two: Index) -> dict[Id, tuple[str | None, str | None]]:
    """Return the earlier and the later name of each document, by kind and the earliest name it has.

    A rename is told by the document that came from the other name, whichever side it stands on; where two documents
    claim the same one, none is believed.
    """
    claims = {((kind, now.came_from), (kind, name)) for (kind, name), now in two.items() if now.came_from}
    claims |= {((kind, name), (kind, then.came_from)) for (kind, name), then in one.items() if then.came_from}
    renames = [(old, new) for old, new in claims if old in one and old not in two and new in two and new not in one]
    claimed = Counter(end for pair in renames for end in pair)
    moved = {old: new[1] for old, new in renames if claimed[old] == claimed[new] == 1}
    arrived = {(old[0], name) for old, name in moved.items()}
    pairs: dict[Id, tuple[str | None, str | None]] = {}
    for kind, name in one:
        pairs[kind, name] = (name, moved.get((kind, name), name if (kind, name) in two else None))
    for kind, name in two:
        if (kind, name) not in one and (kind, name) not in arrived:
            pairs[kind, name] = (None, name)
    return pairs


def _documents(
    pairs: Mapping[Id, tuple[str | None, str | None]],
    one: Index,
    two: Index,
    moved: Mapping[Id, str],
    loosening: Loosening,
) -> Iterator[Difference]:
    for (kind, _), (old, new) in pairs.items():
        if old is None and new is not None:
            yield _added(two[kind, new])
        elif new is None and old is not None:
            yield _removed(one[kind, old])
        elif old is not None and new is not None:
            differs = _changed(one[kind, old], two[kind, new], moved, loosening)
            if differs is not None:
                yield differs


def _added(now: _Known) -> Difference:
    part = Part("", None, now.placed.name, Direction.WIDER if _acts(now) else Direction.NEUTRAL, _told(now))
    return Difference(Step.ADDED, now.kind, now.placed.name, now.location, (part,))


def _removed(then: _Known) -> Difference:
    part = Part("", then.placed.name, None, Direction.NARROWER if _acts(then) else Direction.NEUTRAL, _told(then))
    return Difference(Step.REMOVED, then.kind, then.placed.name, then.location, (part,))


def _acts(one: _Known) -> bool:
    """Tell whether a document lets something happen by being there: a binding that is switched off does not."""
    return one.fields.get("spec.enabled") is not False


_TELLING = {
    "Connection": ("spec.exchange", "spec.environment", "spec.account", "spec.markets", "spec.permissions"),
    "StrategyBinding": ("spec.strategy", "spec.connection", "spec.market", "spec.pairs", "spec.riskLevel"),
    "Waiver": ("spec.rule", "spec.finding", "spec.until", "spec.owner"),
}


def _told(one: _Known) -> str:
    values = (one.fields.get(path) for path in _TELLING[one.kind])
    words = (" ".join(map(str, value)) if isinstance(value, list) else str(value) for value in values)
    return ", ".join(words) + ("" if _acts(one) else ", switched off")


def _changed(then: _Known, now: _Known, moved: Mapping[Id, str], loosening: Loosening) -> Difference | None:
    before = dict(then.fields)
    renamed = moved.get(("Connection", str(before.get("spec.connection"))))
    if renamed is not None and renamed == now.fields.get("spec.connection"):
        # The connection behind it was renamed; the binding leads where it always led.
        before["spec.connection"] = renamed
    secrets = list(_secrets(then, now))
    parts = [*_ages(widening.parts(then.kind, before, now.fields), secrets), *secrets]
    if now.kind == "Connection":
        labels = (one.placed.document.metadata.labels for one in (then, now))
        parts.extend(loosening.by_labels(*labels))
    is_renamed = then.placed.name != now.placed.name
    if is_renamed:
        parts.append(Part("metadata.name", then.placed.name, now.placed.name, Direction.NEUTRAL))
    if then.file != now.file:
        parts.append(Part("file", then.file, now.file, Direction.NEUTRAL))
    if not parts:
        return None
    step = Step.MOVED if is_renamed or all(part.path == "file" for part in parts) else Step.CHANGED
    parts.sort(key=lambda part: part.order)
    came_from = then.placed.name if is_renamed else None
    return Difference(step, now.kind, now.placed.name, now.location, tuple(parts), came_from)


def _ages(parts: Iterable[Part], secrets: Sequence[Part]) -> Iterator[Part]:
    """Yield parts with no direction for another day of birth where the key is another one as well."""
    is_new = any(part.path != _RECIPIENTS for part in secrets)
    for part in parts:
        is_dated = part.path == _CREATED and part.before is not None and part.after is not None
        yield replace(part, direction=Direction.NEUTRAL, why="") if is_new and is_dated else part


def _secrets(then: _Known, now: _Known) -> Iterator[Part]:
    if not isinstance(then.placed.document, Connection) or not isinstance(now.placed.document, Connection):
        return
    old, new = then.placed.document.spec.credentials.refs, now.placed.document.spec.credentials.refs
    gained: set[str] = set()
    lost: set[str] = set()
    for name in sorted(old.keys() | new.keys()):
        one, two = (str(refs[name]) if name in refs else None for refs in (old, new))
        seen, sees = then.secrets.get(name, _NOBODY), now.secrets.get(name, _NOBODY)
        is_same_text = name in old and name in new and old[name] == new[name]
        if not is_same_text or seen.digest != sees.digest:
            why = _secret(is_same_text=is_same_text, one=seen, two=sees)
            yield Part(f"{_CREDENTIALS}.{name}", one, two, Direction.NEUTRAL, why)
        if seen.digest is not None and sees.digest is not None:
            gained.update(set(sees.recipients) - set(seen.recipients))
            lost.update(set(seen.recipients) - set(sees.recipients))
    if gained:
        yield Part(_RECIPIENTS, None, [*sorted(gained)], Direction.WIDER, "more can open its secrets")
    if lost:
        yield Part(_RECIPIENTS, [*sorted(lost)], None, Direction.NARROWER, "fewer can open its secrets")


def _secret(*, is_same_text: bool, one: Outside, two: Outside) -> str:
    if not is_same_text:
        return "changed: another reference"
    if two.digest is None or one.digest is None:
        return "changed: its ciphertext is gone" if two.digest is None else "changed: its ciphertext is there now"
    return "changed: another ciphertext"


def _config(base: Side, head: Side) -> Iterator[Difference]:
    """Compare the settings of the repository: an exchange asked elsewhere gets the keys there."""
    one, two = (_settings(side) for side in (base, head))
    found = [*widening.parts("Config", one, two), *_schemas(base, head)]
    parts = sorted(found, key=lambda part: part.order)
    if parts:
        yield Difference(Step.CHANGED, "Config", "reconciler.yaml", Location("reconciler.yaml"), tuple(parts))


def _schemas(base: Side, head: Side) -> Iterator[Part]:
    """Tell of schemas that are others than before, whatever their files are called: what they let in is not known."""
    for name in sorted(base.schemas.keys() & head.schemas.keys()):
        if base.schemas[name] != head.schemas[name]:
            path = f"strategies.{name}.settingsSchema"
            one, two = (str(side.config.strategies[name].settings_schema) for side in (base, head))
            yield Part(path, one, two, Direction.WIDER, "another schema, which may let more settings in")
            yield Part(path, one, two, Direction.NARROWER, "another schema, which may refuse more settings")


def _settings(side: Side) -> widening.Fields:
    written = side.config.model_dump(mode="json", by_alias=True, exclude={"api_version", "kind"})
    exchanges = {f"exchanges.{name}.baseUrl": one["baseUrl"] for name, one in written.pop("exchanges").items()}
    strategies = written.pop("strategies").items()
    schemas = {f"strategies.{name}.settingsSchema": one["settingsSchema"] for name, one in strategies}
    flat = {f"{name}.{field}": value for name in _SECTIONS for field, value in written.pop(name).items()}
    return {**written, **flat, **exchanges, **schemas}
