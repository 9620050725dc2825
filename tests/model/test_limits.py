from reconciler.model.exchange import Source
from reconciler.model.limits import EVERY, Limit, Per, Rest

FACT = Source("https://docs.acme.example/limits", "2026-11-22")


def test_a_limit_counts_the_requests_of_its_pool_by_weight():
    limit = Limit("orders", 100, 10, FACT)

    assert (limit.costs("orders", 5), limit.costs("other", 5), limit.costs(None, 5)) == (5, 0, 0)


def test_the_pool_of_all_requests_counts_each_once():
    limit = Limit(EVERY, 100, 10, FACT)

    assert (limit.costs("orders", 5), limit.costs(None, 5)) == (1, 1)


def test_a_refusal_is_known_by_code_status_and_text_where_they_matter():
    rest = Rest(Per.ADDRESS, 60, FACT, code="7", status=418, text=r"until (\d+)")

    assert rest.found("7", 418, "banned until 99")[1] == "99"
    assert rest.found("7", 418, "banned") is None
    assert rest.found("8", 418, "until 99") is None
    assert rest.found("7", 429, "until 99") is None


def test_what_does_not_matter_may_be_anything():
    assert Rest(Per.ACCOUNT, 60, FACT, code="7").found("7", 200, "whatever")
    assert Rest(Per.ACCOUNT, 60, FACT, status=429).found(None, 429, "")
