"""The `settings` of bindings against the JSON Schemas that reconciler.yaml declares for their strategies."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reconciler.documents.config import StrategySettings
from reconciler.kit.deadline import deadline
from reconciler.manifests.entry import Entry, at_mark
from reconciler.manifests.files import show
from reconciler.manifests.mistakes import Mark, Mistake
from reconciler.manifests.tree import Tree
from reconciler.model.finding import Finding

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_MOST = 50
# Of the processor, for all bindings of a run together: ten thousand of them take a tenth of that.
_SECONDS = 20.0


_ENDLESS = "to check the settings against the schema of the strategy takes too long; no others were checked after this"
_SIMPLER = "look for patterns that repeat what repeats, and for references that branch again and again"


class SettingsCheck:
    """Checks settings; each schema is read when the first binding of its strategy needs it."""

    def __init__(self, tree: Tree, strategies: Mapping[str, StrategySettings]) -> None:
        self._tree = tree
        self._strategies = strategies
        self._ready: dict[str, Draft202012Validator | None] = {}
        self._seconds = _SECONDS

    def findings(self, entry: Entry) -> Iterator[Finding]:
        """Find what the schema of a binding's strategy refuses; a schema that cannot be used is told once."""
        strategy = entry.field("strategy") if entry.kind == "StrategyBinding" else None
        settings = entry.field("settings") or {}
        if not isinstance(strategy, str) or strategy not in self._strategies or not isinstance(settings, dict):
            return
        if self._seconds <= 0:
            # It was told of the binding at which the time was over.
            return
        began = time.process_time()
        try:
            with deadline(self._seconds):
                found = list(self._found(entry, strategy, settings))
        except TimeoutError:
            found = [entry.finding(Mistake("settings-schema", ("spec", "settings"), _ENDLESS, _SIMPLER))]
            self._seconds = 0
        self._seconds -= time.process_time() - began
        yield from found

    def _found(self, entry: Entry, strategy: str, settings: Mapping[str, Any]) -> Iterator[Finding]:
        if strategy not in self._ready:
            validator, mark = self._read(self._strategies[strategy].settings_schema)
            self._ready[strategy] = validator
            if mark is not None:
                path = self._tree.root / self._strategies[strategy].settings_schema
                yield at_mark(show(path, self._tree.root), mark)
        validator = self._ready[strategy]
        if validator is not None:
            yield from (entry.finding(mistake) for mistake in _refused(validator, settings))

    def _read(self, name: str) -> tuple[Draft202012Validator | None, Mark | None]:
        # Imported here: only repositories that declare a schema pay for it.
        from jsonschema import Draft202012Validator, SchemaError
        from referencing import Registry

        path = self._tree.root / name
        if self._tree.leaves(path):
            return None, _unusable("leads out of the repository", "name a file inside it, and no link")
        data = self._tree.read(path)
        if isinstance(data, Mark):
            return None, _unusable(data.message, data.remedy)
        try:
            schema = json.loads(data)
            Draft202012Validator.check_schema(schema)
        except (ValueError, RecursionError, SchemaError):
            return None, _unusable("this is no JSON Schema", "write a JSON Schema of draft 2020-12, in JSON")
        # An empty registry: a reference to anywhere else is refused and never fetched.
        return Draft202012Validator(schema, registry=Registry()), None


def _unusable(told: str, remedy: str) -> Mark:
    return Mark("settings-schema", 0, 0, told, remedy)


def _refused(validator: Draft202012Validator, settings: Mapping[str, Any]) -> Iterator[Mistake]:
    from referencing.exceptions import Unresolvable

    try:
        for number, error in enumerate(validator.iter_errors(settings)):
            if number >= _MOST:
                return
            # The library's own message repeats the value; the keyword says enough.
            told = f'the settings schema of the strategy refuses this by its keyword "{error.validator}"'
            yield Mistake("settings", ("spec", "settings", *error.absolute_path), told, "compare with the schema")
    except (Unresolvable, RecursionError):
        told = "the settings schema of the strategy refers to something outside itself"
        yield Mistake("settings-schema", ("spec", "settings"), told, "put all definitions into the one file")
    except (ValueError, TypeError, ArithmeticError):
        # A schema can be sound by its meta-schema and still fail the library: a malformed "$id", a number out of range.
        told = "the settings schema of the strategy cannot be worked with"
        yield Mistake(
            "settings-schema", ("spec", "settings"), told, 'look at its "$id", its references and its numbers'
        )
