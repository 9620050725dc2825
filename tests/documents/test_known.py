from __future__ import annotations

from reconciler.documents.known import Known


def test_the_embedded_driver_is_known_unless_others_are_named():
    assert Known({}, {}, {}).drivers == {"embedded"}
    assert Known({}, {}, {}, drivers=frozenset({"http"})).drivers == {"http"}
