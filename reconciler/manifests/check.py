"""One document's data against the grammar: the valid document, or every mistake with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from reconciler.documents.agreement import disagreements
from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.known import Known
from reconciler.documents.policy import Policy
from reconciler.documents.waiver import Waiver
from reconciler.kit.suggest import did_you_mean
from reconciler.manifests.mistakes import Mistake, Path
from reconciler.manifests.wording import Complaint, worded

M = TypeVar("M", bound=BaseModel)

Document = Connection | StrategyBinding | Policy | Waiver
KINDS: Mapping[str, type[Document]] = {
    "Connection": Connection,
    "StrategyBinding": StrategyBinding,
    "Policy": Policy,
    "Waiver": Waiver,
}


def check(model: type[M], data: object, known: Known) -> tuple[M | None, list[Mistake]]:
    """Hold the data of a document against its model; the document is None exactly when there are mistakes."""
    document: M | None = None
    mistakes: list[Mistake] = []
    try:
        document = model.model_validate(data, context=known)
    except ValidationError as error:
        mistakes.extend(_worded(error, model, data, known))
    if isinstance(data, dict):
        mistakes.extend(
            Mistake(one.rule, one.path, one.message, one.remedy) for one in disagreements(model.__name__, data, known)
        )
    return (None if mistakes else document), mistakes


def kind_of(data: object) -> tuple[str | None, Mistake | None]:
    """Say which kind a document is of, or why that cannot be said."""
    if not isinstance(data, dict):
        told = "a manifest is a map with apiVersion, kind, metadata and spec"
        return None, Mistake("document", (), told, "write a map, or remove the document")
    kind = data.get("kind")
    if "kind" not in data:
        return None, Mistake("missing-field", (), 'the field "kind" is missing', f"use one of: {', '.join(KINDS)}")
    if isinstance(kind, str) and kind in KINDS:
        return kind, None
    if kind == "Config":
        told = "Config has no place among the manifests"
        return None, Mistake("kind", ("kind",), told, "move it to reconciler.yaml at the root of the repository")
    return None, Mistake("kind", ("kind",), "no such kind", did_you_mean(kind if isinstance(kind, str) else "", KINDS))


def _worded(error: ValidationError, model: type[BaseModel], data: object, known: Known) -> Iterator[Mistake]:
    for one in error.errors(include_url=False, include_input=False):
        path = tuple(one["loc"])
        value = value_at(data, path)
        if one["type"] == "too_short" and value:
            # pydantic counts only the items that are right; the wrong ones are told of themselves.
            continue
        yield worded(Complaint(one["type"], path, one["msg"], one.get("ctx", {}), value, model, known))


def value_at(data: object, path: Path) -> object:
    """Return what stands at a path in plain data; None where nothing does."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        else:
            data = data[step] if isinstance(data, list) and isinstance(step, int) and step < len(data) else None
    return data
