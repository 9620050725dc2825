from __future__ import annotations

from reconciler.doctor.row import Row, State, fail, ok, warn


def test_only_what_is_well_needs_no_fix():
    assert ok("a", "b") == Row("a", State.OK, "b", "")
    assert warn("a", "b", "c") == Row("a", State.WARN, "b", "c")
    assert fail("a", "b", "c") == Row("a", State.FAIL, "b", "c")
