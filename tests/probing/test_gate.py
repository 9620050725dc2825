import asyncio
from dataclasses import replace

import pytest
import yarl

from reconciler.errors import RequestRefused
from reconciler.exchanges.gate import EXCHANGE as GATE
from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.model.exchange import SIGNED_BUDGET, Purpose
from reconciler.probing.gate import Gate, allow_list, rebased

KEY_INFO = "https://api.mexc.com/api/v3/apiKeyInfo?accessKey=mx0vSECRETKEY&signature=abcdef"


def never():
    raise AssertionError("nothing may be sent")


def gate(base_url=None, exchange=MEXC):
    return Gate(never, allow_list(exchange.requests, base_url), seconds=1)


def admit(gate, method, url, body=None):
    gate.admit(method, yarl.URL(url, encoded=True), body)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "https://api.mexc.com/api/v3/apiKeyInfo"),
        ("DELETE", "https://api.mexc.com/api/v3/openOrders"),
        ("GET", "https://api.mexc.com/api/v3/capital/withdraw/history"),
        ("POST", "https://api.mexc.com/api/v3/capital/withdraw"),
        ("GET", "https://api.mexc.com/api/v3/apiKeyInfo/"),
        ("GET", "https://api.mexc.com/api/v3/%61piKeyInfo"),
        ("GET", "https://api.mexc.com/api/v3/order/../apiKeyInfo"),
        ("GET", "https://api.mexc.com//api/v3/apiKeyInfo"),
        ("GET", "http://api.mexc.com/api/v3/apiKeyInfo"),
        ("GET", "https://api.mexc.com:8443/api/v3/apiKeyInfo"),
        ("GET", "https://api.mexc.com.evil.example/api/v3/apiKeyInfo"),
        ("GET", "https://user@api.mexc.com/api/v3/apiKeyInfo"),
        ("GET", "https://evil.example/api/v3/apiKeyInfo"),
        ("get", "https://api.mexc.com/api/v3/apiKeyInfo"),
    ],
)
def test_whatever_is_not_on_the_list_is_refused(method, url):
    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(gate(), method, url + "?accessKey=mx0vSECRETKEY&signature=abcdef")


def test_a_body_is_refused_even_on_a_listed_path():
    with pytest.raises(RequestRefused):
        admit(gate(), "GET", KEY_INFO, b"{}")


def test_a_listed_request_that_reads_by_post_has_a_body_and_no_other_post_passes():
    reading = replace(MEXC.asked_for(Purpose.KEY_INFO)[0], method="POST")
    posting = gate(exchange=replace(MEXC, requests=(reading,)))

    admit(posting, "POST", KEY_INFO, b"nonce=1")

    assert posting.signed == 1
    for method, url in (("POST", "https://api.mexc.com/api/v3/order"), ("GET", KEY_INFO), ("PUT", KEY_INFO)):
        with pytest.raises(RequestRefused):
            admit(posting, method, url, b"nonce=1")


def test_a_refusal_never_repeats_the_query_or_the_body():
    with pytest.raises(RequestRefused) as refused:
        admit(gate(), "POST", KEY_INFO, b"otp=SECRETKEY&signature=abcdef")

    assert "SECRETKEY" not in refused.value.message + refused.value.hint
    assert "signature" not in refused.value.message + refused.value.hint


def test_the_fifth_signed_request_of_one_key_is_refused():
    counting = gate()
    for _ in range(SIGNED_BUDGET):
        admit(counting, "GET", KEY_INFO)

    with pytest.raises(RequestRefused, match="signed request 5"):
        admit(counting, "GET", "https://api.mexc.com/api/v3/account")

    admit(counting, "GET", "https://api.mexc.com/api/v3/time")
    assert counting.signed == SIGNED_BUDGET


def test_the_count_starts_anew_for_the_next_key():
    counting = gate()
    admit(counting, "GET", KEY_INFO)

    counting.open_for_next_key()

    assert counting.signed == 0


def test_a_base_url_puts_the_exchange_itself_out_of_reach():
    at_home = gate("http://127.0.0.1:4001")

    admit(at_home, "GET", "http://127.0.0.1:4001/api/v3/apiKeyInfo")
    with pytest.raises(RequestRefused):
        admit(at_home, "GET", KEY_INFO)
    with pytest.raises(RequestRefused):
        admit(at_home, "GET", "http://127.0.0.1:4002/api/v3/apiKeyInfo")


def test_each_host_serves_only_its_own_paths():
    kucoin = gate(exchange=KUCOIN)

    admit(kucoin, "GET", "https://api-futures.kucoin.com/api/v1/positions")
    with pytest.raises(RequestRefused):
        admit(kucoin, "GET", "https://api.kucoin.com/api/v1/positions")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_every_way_to_write_that_ccxt_knows_ends_at_the_gate(method):
    async def run():
        async with getattr(gate(), method)(yarl.URL(KEY_INFO, encoded=True), data=None, headers={}):
            pass

    with pytest.raises(RequestRefused):
        asyncio.run(run())


def test_scheme_host_and_port_are_replaced_and_the_path_stays():
    assert (
        rebased("https://api.mexc.com/api/v1/private", "http://127.0.0.1:4001")
        == "http://127.0.0.1:4001/api/v1/private"
    )


PROBE = "https://api.gateio.ws/api/v4/withdrawals/w0"


def test_a_withdrawal_probe_passes_once_and_only_where_it_is_armed():
    unarmed, armed = gate(exchange=GATE), gate(exchange=GATE)
    armed.arm()

    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(unarmed, "DELETE", PROBE)
    admit(armed, "DELETE", PROBE)
    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(armed, "DELETE", PROBE)
    assert (unarmed.signed, armed.signed) == (0, 1)


def test_what_one_key_was_armed_for_is_refused_to_the_next():
    passing = gate(exchange=GATE)
    passing.arm()

    passing.open_for_next_key()

    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(passing, "DELETE", PROBE)


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("DELETE", PROBE.replace("w0", "w1"), None),
        ("DELETE", PROBE.replace("w0", "w01"), None),
        ("DELETE", PROBE.removesuffix("/w0"), None),
        ("DELETE", PROBE + "/", None),
        ("DELETE", PROBE.replace("api.gateio.ws", "evil.example"), None),
        ("DELETE", PROBE, b"{}"),
        ("DELETE", PROBE + "?withdrawal_id=w7", None),
        ("POST", PROBE, None),
        ("POST", PROBE.removesuffix("/w0"), b"{}"),
        ("GET", PROBE, None),
    ],
)
def test_an_armed_gate_lets_nothing_pass_but_the_probe(method, url, body):
    passing = gate(exchange=GATE)
    passing.arm()

    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(passing, method, url, body)


@pytest.mark.parametrize("exchange", [MEXC, KUCOIN])
def test_where_there_is_no_probe_arming_changes_nothing(exchange):
    passing = gate(exchange=exchange)
    passing.arm()

    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(passing, "DELETE", PROBE)


def test_an_armed_request_counts_like_every_other():
    passing = gate(exchange=GATE)
    for _ in range(SIGNED_BUDGET):
        admit(passing, "GET", "https://api.gateio.ws/api/v4/account/detail")
    passing.arm()

    with pytest.raises(RequestRefused, match="signed request 5"):
        admit(passing, "DELETE", PROBE)


@pytest.mark.parametrize("uid", ["1", "20001", "9" * 20])
def test_the_number_of_an_account_may_be_any(uid):
    passing = gate(exchange=GATE)

    admit(passing, "GET", f"https://api.gateio.ws/api/v4/sub_accounts/{uid}/keys?x=1")

    assert passing.signed == 1


@pytest.mark.parametrize("part", ["", "abc", "1/2", "..", "%2e%2e", "1%2f2", "9" * 21, "{user_id}", "-1", "\uff11"])
def test_what_stands_in_the_place_of_a_number_may_be_nothing_else(part):
    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(gate(exchange=GATE), "GET", f"https://api.gateio.ws/api/v4/sub_accounts/{part}/keys")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_keys_of_a_sub_account_may_only_be_read(method):
    with pytest.raises(RequestRefused, match="read-only allow-list"):
        admit(gate(exchange=GATE), method, "https://api.gateio.ws/api/v4/sub_accounts/20001/keys")
