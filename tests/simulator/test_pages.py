from __future__ import annotations

import json

import pytest

from reconciler.simulator import pages
from reconciler.simulator.wire import as_json


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (pages.internal_error(), 500),
        (pages.bad_gateway(), 502),
        (pages.blocked_by_cloudflare("203.0.113.9"), 403),
        (pages.blocked_by_cloudfront(), 403),
        (pages.unavailable_for_legal_reasons(), 451),
        (pages.empty(), 200),
    ],
)
def test_a_page_from_in_front_of_an_exchange_is_never_json(page, status):
    assert page.status == status
    with pytest.raises(ValueError):
        json.loads(page.body)


def test_the_firewall_signs_its_page_and_names_the_caller():
    page = pages.blocked_by_cloudflare("203.0.113.9")

    assert page.headers["Server"] == "cloudflare"
    assert "CF-RAY" in page.headers
    assert b"203.0.113.9" in page.body


def test_the_other_firewall_signs_its_page():
    assert pages.blocked_by_cloudfront().headers["Server"] == "CloudFront"


@pytest.mark.parametrize("payload", [{}, {"a": [1, 2, 3]}, []])
def test_a_truncated_answer_is_never_json(payload):
    cut = pages.truncated(as_json(payload))

    assert cut.body
    with pytest.raises(ValueError):
        json.loads(cut.body)
