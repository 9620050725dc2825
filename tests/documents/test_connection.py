from __future__ import annotations

from reconciler.documents.connection import Connection

LEAST = {
    "apiVersion": "reconciler/v1",
    "kind": "Connection",
    "metadata": {"name": "a"},
    "spec": {"exchange": "mexc", "markets": ["spot"], "credentials": {"sops": "f", "key": "k"}},
}


def test_what_is_not_written_has_its_default(known):
    spec = Connection.model_validate(LEAST, context=known).spec

    assert (spec.environment, spec.account, spec.permissions) == ("live", "main", ("read", "trade"))
    assert (spec.display_name, spec.ip_allowlist, spec.rotation, spec.suspend, spec.two_factor) == (
        None,
        (),
        None,
        None,
        None,
    )


def test_a_document_is_dumped_as_it_was_written(known):
    document = Connection.model_validate(LEAST, context=known)

    assert document.model_dump(mode="json", by_alias=True, exclude_unset=True) == LEAST
