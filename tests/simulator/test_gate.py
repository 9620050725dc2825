from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from reconciler.kit.clock import ManualClock
from reconciler.simulator import catalogue
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Pool
from reconciler.simulator.gate import Gate
from reconciler.simulator.keys import Keyring
from reconciler.simulator.wire import Answer, Call, Scene, as_json
from reconciler.values.rights import Right

CLOCK = ManualClock()
made = []


def verify(call):
    return call.find(call.header("Key")) or as_json("who are you", 401)


def count(call):
    made.append(call.path)
    return {"count": len(made)}


EXCHANGE = Exchange(
    id="small",
    rights={Right.READ: ("R",), Right.WITHDRAW: ("W",)},
    mint=lambda: Minted("k", "s"),
    verify=verify,
    denied=lambda call, endpoint: as_json("no right", 403),
    unknown=lambda call: as_json("no path", 404),
    trouble=lambda trouble, call: as_json(trouble, 429),
    pools={"all": Pool(2, 10), "each": Pool(1, 10, per="address", is_shared=False)},
    endpoints=(
        Endpoint("GET", "/static", count, is_signed=False, is_static=True),
        Endpoint("GET", "/counted", count, is_signed=False),
        Endpoint("GET", "/free", lambda call: "in", needs=()),
        Endpoint("GET", "/read", lambda call: call.owner.id, needs=("R", "X"), pool="all"),
        Endpoint("POST", "/read", lambda call: Answer(202, b"raw"), needs=("R",), pool="all"),
        Endpoint("GET", "/one/{id}", lambda call: call.path, is_signed=False, pool="each"),
        Endpoint("GET", "/two/{id}", lambda call: call.path, is_signed=False, pool="each"),
    ),
)


@pytest.fixture
def ask():
    ring = Keyring({"small": EXCHANGE}, CLOCK)
    ring.create({"exchange": "small", "rights": ["read"], "api_key": "reader"})
    ring.create({"exchange": "small", "rights": ["withdraw"], "api_key": "other"})
    scene = Scene("small", ring, catalogue.markets(1), lambda: ip_address("127.0.0.1"))
    gates = {limits: Gate(EXCHANGE, enforces_limits=limits) for limits in (True, False)}

    def send(method, path, key="", *, limits=False, later=0):
        now = replace(ring.get("key-1"), id="x").created_at.replace(second=later)
        answer = gates[limits].answer(Call(scene, method, path, {"Key": key}, b"", now))
        return answer.status, answer.body.decode().strip('"')

    return send


def test_what_never_changes_is_made_once(ask):
    made.clear()

    assert ask("GET", "/static") == ask("GET", "/static") == (200, '{"count":1}')
    assert ask("GET", "/counted") == (200, '{"count":2}')


def test_the_path_is_checked_before_the_key_and_the_key_before_the_right(ask):
    assert ask("GET", "/nothing") == (404, "no path")
    assert ask("DELETE", "/read", "reader") == (404, "no path")
    assert ask("GET", "/read") == (401, "who are you")
    assert ask("GET", "/read", "other") == (403, "no right")
    assert ask("GET", "/read", "reader") == (200, "key-1")


def test_an_endpoint_may_need_no_right_at_all(ask):
    assert ask("GET", "/free", "other") == (200, "in")


def test_an_answer_may_be_given_whole(ask):
    assert ask("POST", "/read", "reader") == (202, "raw")


def test_variable_parts_of_a_path_match(ask):
    assert ask("GET", "/one/7") == (200, "/one/7")
    assert ask("GET", "/one/7/8") == (404, "no path")


def test_a_shared_pool_is_drawn_empty_together_and_fills_again(ask):
    asked = [ask("GET", "/read", "reader", limits=True)[0], ask("POST", "/read", "reader", limits=True)[0]]

    assert asked == [200, 202]
    assert ask("GET", "/read", "reader", limits=True) == (429, "rate_limit")
    assert ask("GET", "/read", "reader", limits=True, later=10) == (200, "key-1")


def test_pools_that_are_not_shared_are_drawn_one_by_one(ask):
    asked = [ask("GET", path, limits=True)[0] for path in ("/one/1", "/two/1", "/one/2")]

    assert asked == [200, 200, 429]


def test_without_limits_nothing_is_counted(ask):
    assert {ask("GET", "/read", "reader")[0] for _ in range(5)} == {200}
