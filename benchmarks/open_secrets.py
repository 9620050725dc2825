"""The measured process of `unlocking`: opens references as a run does and prints the CPU seconds it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

from reconciler import wiring
from reconciler.model.ports import Place, SecretProvider
from reconciler.values.secret import SecretRef


def main(root: str, warm: str, *references: str) -> None:
    """Open every reference, written as messages show them, once what that needs has been imported for another."""
    place = Place(folder=Path(root), root=Path(root))
    providers = wiring.secret_providers()
    _open(providers, _parsed(warm), place)
    parsed = [_parsed(reference) for reference in references]
    began = time.process_time()
    for reference in parsed:
        _open(providers, reference, place)
    print(time.process_time() - began)


def _open(providers: Mapping[str, SecretProvider], reference: SecretRef, place: Place) -> None:
    providers[reference.scheme].open(reference, place)


def _parsed(text: str) -> SecretRef:
    scheme, _, rest = text.partition(":")
    locator, _, key = rest.partition("#")
    return SecretRef(scheme, locator, key or None)


if __name__ == "__main__":
    main(*sys.argv[1:])
