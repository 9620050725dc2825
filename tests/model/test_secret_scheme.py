"""Each kind of reference is a file that says what it is."""

from __future__ import annotations

import pytest

from reconciler.kit import discover
from reconciler.model.secret_scheme import Scheme

PACKAGE = "reconciler.secrets"


@pytest.mark.parametrize("word", discover.names(PACKAGE))
def test_a_scheme_is_named_as_its_file(word):
    scheme = discover.load(PACKAGE, word).SCHEME

    assert isinstance(scheme, Scheme)
    assert scheme.id == word
    assert scheme.summary


def test_only_references_into_a_file_of_many_values_name_a_key():
    keyed = [word for word in discover.names(PACKAGE) if discover.load(PACKAGE, word).SCHEME.keyed]

    assert keyed == ["sops"]
