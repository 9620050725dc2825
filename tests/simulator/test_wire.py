from __future__ import annotations

from ipaddress import ip_address

import pytest

from reconciler.kit.clock import ManualClock
from reconciler.simulator.keys import Keyring
from reconciler.simulator.server import Simulator
from reconciler.simulator.wire import Call, Scene, as_json, as_page


def a_call(target="/a", body=b"", headers=None):
    clock = ManualClock()
    scene = Scene("mexc", Keyring({}, clock), (), lambda: ip_address("203.0.113.9"))
    return Call(scene, "POST", target, headers or {}, body, clock.now())


def test_path_and_query_are_split_and_left_as_they_are():
    call = a_call("/a%2Fb?x=%2c&y=")

    assert (call.path, call.query) == ("/a%2Fb", "x=%2c&y=")
    assert call.params == {"x": ",", "y": ""}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"a=1&b=%20", {"a": "1", "b": " "}),
        (b'{"a": "1", "b": 2, "c": [3]}', {"a": "1", "b": "2", "c": "[3]"}),
        (b'{"a": ', {}),
        (b"a=\xff", {"a": "\ufffd"}),
    ],
)
def test_parameters_of_a_body_are_read_from_forms_and_json(body, fields):
    assert a_call(body=body).fields == fields


def test_only_a_whole_number_can_be_the_next_nonce():
    ring = Simulator()._keys
    key = ring.create({"exchange": "mexc"})
    call = Call(Scene("mexc", ring, (), lambda: ip_address("203.0.113.9")), "POST", "/", {}, b"", key.created_at)

    given = ["", "soon", "-1", "1.5", "7", "7", "8"]

    assert [call.is_next(key, nonce) for nonce in given] == [False] * 4 + [True, False, True]


def test_the_query_wins_over_the_body():
    assert a_call("/a?x=1", b"x=2&y=3").params == {"x": "1", "y": "3"}


def test_the_first_parameter_that_is_missing_is_named():
    assert a_call("/a?x=1&y=").missing("x", "y", "z") == "y"
    assert a_call("/a?x=1").missing("x") is None


@pytest.mark.parametrize(
    ("age", "is_timely"),
    [(0, True), (5000, True), (5001, False), (-999, True), (-1000, False), ("x", False), ("", False)],
)
def test_a_timestamp_must_lie_in_the_window(age, is_timely):
    call = a_call()
    stamp = str(call.now_ms - age) if isinstance(age, int) else age

    assert call.is_timely(stamp, past=5000, future=999) is is_timely


def test_a_signature_is_proven_claimed_or_absent():
    call = a_call()

    states = [call.signature]
    call.claim("something")
    states.append(call.signature)
    states += [(call.prove("a", "a"), call.signature), (call.prove("a", "b"), call.signature)]
    states.append((call.prove("", "b"), call.signature))

    assert states == ["absent", "invalid", (True, "valid"), (False, "invalid"), (False, "absent")]


def test_nobody_owns_a_request_before_it_was_verified():
    with pytest.raises(LookupError):
        _ = a_call().owner


def test_the_caller_comes_from_where_the_simulator_says():
    assert a_call().client_ip == "203.0.113.9"


def test_json_is_compact_and_pages_are_html():
    assert as_json({"a": "永续"}).body == '{"a":"永续"}'.encode()
    assert as_page("<p>", 403, {"X": "y"}).headers == {"Content-Type": "text/html; charset=UTF-8", "X": "y"}
