"""Files of any other kind: JSON with the whole content as the one value `data`."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import json
from reconciler.sealed.parsed import Parsed
from reconciler.sealed.tree import Tree


def read(data: bytes) -> Parsed:
    """Read the wrapping of a file of any kind.

    Raises SecretRejected when it holds anything beside its `data`.
    """
    parsed = json.read(data)
    if parsed.metadata is not None and list(parsed.documents[0]) != ["data"]:
        raise SecretRejected('a binary file holds exactly one value, "data"')
    return parsed


def write(documents: Sequence[Tree], metadata: dict[str, object]) -> bytes:
    """Write the wrapping of a file of any kind."""
    return json.write(documents, metadata)
