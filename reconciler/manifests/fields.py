"""Which fields may stand at a place of a manifest, for "did you mean"; read from the models when a mistake asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from pydantic import BaseModel

from reconciler.manifests.mistakes import Path


def fields_at(model: type[BaseModel], path: Path) -> Sequence[str]:
    """Return the names that the map at a path may hold; none where names are free."""
    here: object = model
    for step in path:
        here = _below(here, step)
    found = next(_models(here), None)
    return [] if found is None else [field.alias or name for name, field in found.model_fields.items()]


def _below(annotation: object, step: str | int) -> object:
    model = next(_models(annotation), None)
    if model is None or isinstance(step, int):
        return annotation
    for name, field in model.model_fields.items():
        if (field.alias or name) == step:
            return field.annotation
    # A step through a free map, such as `exchanges.mexc`: the model is that of its values.
    return annotation


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
