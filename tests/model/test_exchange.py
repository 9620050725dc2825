import itertools
import re
from dataclasses import replace
from datetime import date

import pytest

from reconciler import exchanges
from reconciler.kit import discover
from reconciler.model.exchange import SIGNED_BUDGET, Purpose, Reading, Source, Unprovable, is_object, told_code
from reconciler.values.rights import Right, Verdict

DOUBTFUL = Unprovable(
    Right.TRANSFER,
    Verdict.DENIED,
    "nobody says",
    "look",
    Source("https://acme.example/docs", "2026-11-22", "whether it is so"),
)
ALL = {word: discover.load(exchanges.__name__, word).EXCHANGE for word in discover.names(exchanges.__name__)}


@pytest.fixture(params=sorted(ALL))
def exchange(request):
    return ALL[request.param]


def _market_sets(exchange):
    markets = sorted(exchange.traits.markets)
    return [chosen for size in range(1, len(markets) + 1) for chosen in itertools.permutations(markets, size)]


def test_a_file_is_named_after_its_exchange():
    assert {word: exchange.id for word, exchange in ALL.items()} == {word: word for word in ALL}


def test_every_declared_set_of_markets_is_tested_within_the_budget(exchange):
    for markets, family in itertools.product(_market_sets(exchange), exchange.families):
        plan = exchange.plan(markets, family)

        # To learn that an account is of a later family has cost a request for each one before.
        assert len(plan) <= SIGNED_BUDGET - exchange.families.index(family)
        assert {request.family for request in plan} <= {"", family}
        assert all(request.signed for request in plan)
        assert plan[0].purpose is Purpose.KEY_INFO
        balances = [request for request in plan if request.purpose is Purpose.BALANCE]
        assert set(markets) == set().union(*(request.markets for request in balances))
        asked = sum(request.purpose is Purpose.STATUS for request in plan)
        is_told = all(Purpose.STATUS in request.tells for request in balances)
        assert asked + is_told == 1


# Where reading takes a POST as well, the last step of the path says that it reads.
READS_BY_POST = re.compile(r"Get[A-Z]\w+Info|Balance(Ex)?|OpenOrders|OpenPositions")


def test_no_request_on_the_list_can_change_anything(exchange):
    harmless = [request for request in exchange.requests if request.purpose is not Purpose.WITHDRAWAL_PROBE]
    posts = [request for request in harmless if request.method != "GET"]

    assert {request.method for request in posts} <= {"POST"}
    assert all(READS_BY_POST.fullmatch(request.path.rpartition("/")[2]) for request in posts)
    assert not posts or posts == [request for request in harmless if request.signed]
    assert not any(re.search("withdraw|order/test|sub-account", request.path) for request in harmless)


def test_a_withdrawal_is_spoken_of_by_one_request_that_is_never_a_part_of_a_plan(exchange):
    probes = exchange.asked_for(Purpose.WITHDRAWAL_PROBE)

    assert len(probes) == ("withdrawalProbe" in exchange.traits.proofs) == (exchange.read_probe is not None)
    assert all(request.method == "DELETE" and request.path.endswith("/withdrawals/w0") for request in probes)
    for market in exchange.traits.markets:
        for is_probed in (True, False):
            plan = exchange.plan([market], is_probed=is_probed)
            assert Purpose.WITHDRAWAL_PROBE not in {request.purpose for request in plan}


def test_a_key_that_is_listed_is_asked_whose_it_is_where_the_exchange_has_lists(exchange):
    listings = exchange.asked_for(Purpose.LISTING)

    assert len(listings) == ("listedBy" in exchange.traits.proofs) == (exchange.read_listing is not None)
    for market in exchange.traits.markets if listings else ():
        usual, listed = exchange.plan([market]), exchange.plan([market], is_listed=True)
        assert [one.purpose for one in listed] == [one.purpose for one in usual]
        assert [one.path for one in listed[1:]] == [one.path for one in usual[1:]]
        assert listed[0].path == exchange.asked_for(Purpose.OWNER)[0].path


def test_a_key_that_is_to_be_probed_leaves_room_for_it(exchange):
    if exchange.read_probe is None:
        return
    for markets in itertools.chain.from_iterable(itertools.combinations(exchange.traits.markets, n) for n in (1, 2)):
        plan = exchange.plan(markets, is_probed=True)
        told = {purpose for request in plan for purpose in (request.purpose, *request.tells)}

        assert len(plan) < SIGNED_BUDGET
        assert told >= {Purpose.KEY_INFO, Purpose.BALANCE, Purpose.STATUS}


def test_every_fact_has_an_address_and_a_date(exchange):
    facts = (*exchange.requests, *exchange.errors, *exchange.limits, *exchange.rests, *exchange.gauges)
    facts = (*facts, *exchange.permissions)
    sources = [exchange.source, *(fact.source for fact in (*facts, *exchange.unprovable))]

    for source in sources:
        assert source.url.startswith("https://")
        assert date.fromisoformat(source.verified) <= date(2026, 11, 22)


def test_every_pool_that_a_request_draws_on_has_a_limit(exchange):
    assert {request.pool for request in exchange.requests} <= {limit.pool for limit in exchange.limits}


def test_every_limit_is_drawn_on_by_some_request(exchange):
    for limit in exchange.limits:
        assert any(limit.costs(request.pool, request.weight) for request in exchange.requests), limit


def test_every_exchange_says_what_its_refusals_for_being_asked_too_often_bind(exchange):
    assert any(rest.found(rest.code, 429, "") for rest in exchange.rests)
    too_often = [row.code for row in exchange.errors if row.when == "too many requests"]

    assert {code for code in too_often if not any(rest.found(code, 429, "") for rest in exchange.rests)} == set()


def test_time_is_asked_without_a_signature(exchange):
    assert not exchange.time_request().signed


def test_more_markets_than_the_budget_allows_are_a_mistake_in_the_facts(exchange):
    with pytest.raises(ValueError, match="signed requests"):
        type(exchange)(
            **{
                **{name: getattr(exchange, name) for name in exchange.__slots__},
                "requests": exchange.requests * 3,
            }
        ).plan(sorted(exchange.traits.markets))


def test_what_can_never_be_proven_says_why_and_what_to_do(exchange):
    for one in exchange.unprovable:
        assert one.verdict is not Verdict.UNKNOWN
        assert not exchange.can_prove(one.right, one.verdict, one.beside)
        assert one.reading == Reading(Verdict.UNKNOWN, one.why, one.remedy)
        assert one.why
        assert one.remedy


def test_what_hangs_on_other_rights_can_be_proven_without_them(exchange):
    rest = replace(DOUBTFUL, beside=frozenset({Right.TRADE_SPOT}))
    changed = replace(exchange, unprovable=(rest,))

    assert changed.can_prove(Right.TRANSFER, Verdict.DENIED, {Right.READ})
    assert not changed.can_prove(Right.TRANSFER, Verdict.DENIED, {Right.READ, Right.TRADE_SPOT})
    assert changed.can_prove(Right.TRANSFER, Verdict.GRANTED, {Right.TRADE_SPOT})


def test_a_doubt_is_told_once_whatever_facts_share_it(exchange):
    changed = replace(exchange, unprovable=(DOUBTFUL, DOUBTFUL))

    assert [one.doubt for one in changed.doubts].count("whether it is so") == 1
    assert not DOUBTFUL.source.is_confirmed


def test_what_is_no_error_after_all_is_never_read_as_key_info(exchange):
    harmless = [row for row in exchange.errors if row.diagnosis is None]

    assert all(row.purposes and Purpose.KEY_INFO not in row.purposes for row in harmless)


def test_a_right_to_withdraw_is_seen_at_every_exchange(exchange):
    assert exchange.can_prove(Right.WITHDRAW, Verdict.GRANTED)


def test_an_object_is_a_dict_with_something_in_it():
    assert is_object({"a": 1})
    assert not is_object({})
    assert not is_object([1])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": "0"}, None),
        ({"code": 0}, None),
        ({"code": "50111"}, "50111"),
        ({"code": 50111}, "50111"),
        ({"code": True}, None),
        ({"code": None}, None),
        ({"code": [1]}, None),
        ({}, None),
        ([], None),
        ("0", None),
    ],
)
def test_the_code_of_an_answer_is_read_as_text_and_that_of_a_success_is_none(body, code):
    assert told_code(body, success="0") == code


def test_a_variant_asks_elsewhere_and_only_for_its_own_markets():
    source = Source("https://example.com/eu", "2026-11-22")

    variant = ALL["kucoin"].variant(
        "kucoineu",
        "KuCoin EU",
        source,
        markets=frozenset({"spot"}),
        hosts={"api.kucoin.com": "api.kucoin.example", "api-futures.kucoin.com": "futures.kucoin.example"},
    )

    assert (variant.id, variant.ccxt_class, variant.traits.title) == ("kucoineu", "kucoineu", "KuCoin EU")
    assert variant.source == source
    assert {request.host for request in variant.requests} == {"api.kucoin.example"}
    assert {request.markets for request in variant.requests} == {frozenset(), frozenset({"spot"})}
    assert [request.purpose for request in variant.plan(["spot"])][-1] is Purpose.STATUS
    assert variant.read_key_info is ALL["kucoin"].read_key_info


def test_a_host_that_a_variant_does_not_replace_is_told():
    with pytest.raises(KeyError):
        ALL["kucoin"].variant("kucoineu", "KuCoin EU", ALL["kucoin"].source, hosts={"api.kucoin.com": "a.example"})


def test_the_requests_of_a_variant_take_the_place_of_those_for_the_same():
    variants = discover.load(exchanges.__name__, "binance").VARIANTS
    coin = next(one for one in variants if one.id == "binancecoinm")

    assert [request.host for request in coin.plan(["futures"])] == [
        "api.binance.com",
        "dapi.binance.com",
        "dapi.binance.com",
    ]
