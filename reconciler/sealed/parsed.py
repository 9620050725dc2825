"""What every format reads a file into, and the bounds that all of them keep."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.errors import SecretRejected
from reconciler.sealed.tree import MAX_LEAVES, Path, Scalar, Tree, mapped


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents of a file without their metadata, and the metadata; None when there is none."""

    documents: list[Tree]
    metadata: object


def text_of(data: bytes) -> str:
    """Return the text of a file.

    Raises SecretRejected when it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretRejected("the file is not UTF-8 text") from None


def bounded(tree: Tree) -> Tree:
    """Return the tree as it is.

    Raises SecretRejected when it nests too deeply or has too many leaves.
    """
    count = 0

    def counted(path: Path, leaf: Scalar) -> Scalar:
        nonlocal count
        count += 1
        return leaf

    mapped(tree, counted)
    if count > MAX_LEAVES:
        raise SecretRejected(f"the file holds more than {MAX_LEAVES} values")
    return tree
