from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reconciler.values.rights import NOT_ASKED, Evidence, Proof, Right, Rights, Verdict

EVIDENCE = Evidence("GET /x", 200, datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)


@pytest.mark.parametrize("verdict", [Verdict.GRANTED, Verdict.DENIED])
def test_nothing_is_called_granted_or_denied_without_evidence(verdict):
    with pytest.raises(ValueError, match="needs evidence"):
        Proof(verdict, "because")


def test_a_right_nobody_spoke_of_is_unknown():
    rights = Rights({Right.READ: Proof(Verdict.GRANTED, "listed", EVIDENCE)})

    assert rights.of(Right.WITHDRAW) is NOT_ASKED
    assert rights.verdict(Right.WITHDRAW) is Verdict.UNKNOWN
    assert rights.granted() == {Right.READ}
