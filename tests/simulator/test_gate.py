from __future__ import annotations

from ipaddress import ip_address

import pytest

from reconciler.kit.clock import ManualClock
from reconciler.simulator import catalogue
from reconciler.simulator.exchange import Endpoint, Exchange, Minted
from reconciler.simulator.gate import Gate
from reconciler.simulator.keys import Keyring
from reconciler.simulator.limits import Ban, Pool, Window
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
    trouble=lambda trouble, call: as_json(f"{trouble} {call.cause} {call.rest_seconds}", 429),
    pools={
        "all": Pool(2, 10),
        "each": Pool(1, 10, per="address", is_shared=False),
        "key": Pool(1, 10, per="key"),
        "both": Pool(3, 10, beside=Pool(1, 10, per="address", ban=Ban(after=2, seconds=(40,)))),
    },
    overall=Pool(8, 10, per="address", window=Window.FIRST, ban=Ban(after=1, seconds=(30,))),
    bad_requests=Ban(after=3, seconds=(20,), cause="bad requests"),
    told=lambda pool, reading, call: {} if pool == "*" else {"Left": str(reading.left)},
    endpoints=(
        Endpoint("GET", "/static", count, is_signed=False, is_static=True),
        Endpoint("GET", "/counted", count, is_signed=False),
        Endpoint("GET", "/free", lambda call: "in", needs=()),
        Endpoint("GET", "/read", lambda call: call.owner.id, needs=("R", "X"), pool="all"),
        Endpoint("POST", "/read", lambda call: Answer(202, b"raw"), needs=("R",), pool="all"),
        Endpoint("GET", "/key", lambda call: "in", pool="key"),
        Endpoint("GET", "/both", lambda call: "in", pool="both"),
        Endpoint("GET", "/one/{id}", lambda call: call.path, is_signed=False, pool="each"),
        Endpoint("GET", "/two/{id}", lambda call: call.path, is_signed=False, pool="each"),
    ),
)


@pytest.fixture
def ask():
    ring = Keyring({"small": EXCHANGE}, CLOCK)
    ring.create({"exchange": "small", "rights": ["read"], "api_key": "reader"})
    ring.create({"exchange": "small", "rights": ["withdraw"], "api_key": "other"})
    ring.create({"exchange": "small", "rights": ["read"], "api_key": "sister", "account": ring.get("key-1").account})
    scene = Scene("small", ring, catalogue.markets(1), lambda: ip_address("127.0.0.1"))
    gates = {limits: Gate(EXCHANGE, enforces_limits=limits) for limits in (True, False)}

    def send(method, path, key="", *, limits=False, later=0):
        now = ring.get("key-1").created_at.replace(second=later)
        answer = gates[limits].answer(Call(scene, method, path, {"Key": key}, b"", now))
        send.headers = answer.headers
        return answer.status, answer.body.decode().strip('"')

    send.gates = gates
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
    assert ask("GET", "/read", "reader", limits=True) == (429, "rate_limit  10")
    assert ask("GET", "/read", "reader", limits=True, later=10) == (200, "key-1")


def test_pools_that_are_not_shared_are_drawn_one_by_one(ask):
    asked = [ask("GET", path, limits=True)[0] for path in ("/one/1", "/two/1", "/one/2")]

    assert asked == [200, 200, 429]


def test_without_limits_nothing_is_counted(ask):
    assert {ask("GET", "/read", "reader")[0] for _ in range(20)} == {200}
    assert {ask("GET", "/read", "nobody")[0] for _ in range(20)} == {401}
    assert "Left" not in ask.headers
    assert ask.gates[False].refused == 0


def test_a_pool_of_an_account_is_shared_by_its_keys_and_one_of_a_key_is_not(ask):
    assert [ask("GET", "/read", key, limits=True)[0] for key in ("reader", "sister", "reader")] == [200, 200, 429]
    assert [ask("GET", "/key", key, limits=True)[0] for key in ("reader", "sister", "sister")] == [200, 200, 429]


def test_a_request_draws_on_all_pools_that_it_is_counted_in(ask):
    assert ask("GET", "/both", "reader", limits=True) == (200, "in")
    assert ask("GET", "/both", "other", limits=True) == (429, "rate_limit  10")
    assert ask.gates[True].refused == 1


def test_the_address_pays_before_the_key_is_looked_at(ask):
    asked = [ask("GET", "/both", "nobody", limits=True)[0] for _ in range(2)]

    assert asked == [401, 429]


def test_an_answer_tells_how_its_pool_stands(ask):
    ask("GET", "/read", "reader", limits=True)
    assert ask.headers["Left"] == "1"

    ask("GET", "/static", limits=True)
    assert "Left" not in ask.headers


def test_the_last_drop_is_answered_with_a_ban_of_everything_that_comes_from_the_address(ask):
    for _ in range(8):
        ask("GET", "/counted", limits=True)

    assert ask("GET", "/counted", limits=True) == (429, "ban limits 30")
    assert ask("GET", "/free", "reader", limits=True, later=20) == (429, "ban limits 10")
    assert ask("GET", "/free", "reader", limits=True, later=30) == (200, "in")
    assert ask.gates[True].refused == 2


def test_who_is_refused_again_and_again_is_banned(ask):
    answers = [ask("GET", "/both", "reader", limits=True, later=later)[1] for later in (0, 10, 20, 30, 31, 32)]

    assert answers == ["in"] * 4 + ["rate_limit  9", "ban limits 40"]


def test_who_tries_wrong_keys_again_and_again_is_banned_as_well(ask):
    asked = [ask("GET", "/free", "nobody", limits=True) for _ in range(4)]

    assert asked == [*[(401, "who are you")] * 3, (429, "ban bad requests 20")]
    assert ask("GET", "/free", "reader", limits=True) == (429, "ban bad requests 20")
