from datetime import UTC, datetime

from reconciler.exchanges.mexc import EXCHANGE
from reconciler.model.exchange import Purpose
from reconciler.probing.answer import Answer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_evidence_names_the_request_without_parameters():
    request = EXCHANGE.asked_for(Purpose.KEY_INFO)[0]

    evidence = Answer(request, NOON, status=200, sha256="ab" * 32).evidence

    assert (evidence.request, evidence.http_status, evidence.at) == ("GET /api/v3/apiKeyInfo", 200, NOON)
    assert evidence.sha256 == "ab" * 32
