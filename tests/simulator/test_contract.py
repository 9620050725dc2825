"""What every simulated exchange must do, over the wire, for whatever is found in `simulator/exchanges/`."""

from __future__ import annotations

import asyncio
import importlib
import re
from itertools import combinations
from pathlib import Path

import aiohttp
import pytest

DIALECTS = Path(__file__).parent / "dialects"
TRADING = ("trade_futures", "trade_spot")
ANSWERED_FAULTS = {
    "http_500": 500,
    "html_502": 502,
    "cloudflare_403": 403,
    "empty_body": 200,
    "rate_limit": 429,
}


def counts_nonces(exchange):
    return importlib.import_module(f"reconciler.simulator.exchanges.{exchange}").EXCHANGE.counts_nonces


# In which header an exchange tells when to come back, where it does.
TOLD_END = {
    "binance": "Retry-After",
    "bybit": "X-Bapi-Limit-Reset-Timestamp",
    "coinbase": "x-ratelimit-reset",
    "gate": "X-Gate-RateLimit-Reset-Timestamp",
    "htx": "X-HB-RateLimit-Requests-Expire",
    "kucoin": "gw-ratelimit-reset",
    "mexc": "Retry-After",
}


def all_sets(rights):
    return [frozenset(some) for size in range(len(rights) + 1) for some in combinations(sorted(rights), size)]


def forged(target, headers, body):
    """Replace every signature by one that no secret gives."""
    target = re.sub("(?i)(?<=[?&])(signature=)[^&]*", r"\g<1>" + "0" * 64, target)
    return target, {name: "0" * 64 if "sign" in name.lower() else value for name, value in headers.items()}, body


def is_held_up(dialect, reply):
    """Whether too many requests were answered, which some exchanges say with status 200."""
    return reply.status == 429 or dialect.code(reply.json) in getattr(dialect, "HELD_UP", ())


def bare(target, headers, body):
    return target.partition("?")[0], {}, body


def test_every_exchange_can_be_spoken_to(exchange):
    assert (DIALECTS / f"{exchange}.py").is_file()


def test_a_request_that_is_signed_right_is_answered_and_logged_as_valid(exchange, simulate):
    async def story(bench):
        key = bench.key()
        return key, await bench.ask(key, bench.dialect.KEY_INFO), bench.sim.requests(exchange)

    key, reply, log = simulate(exchange, story)

    assert reply.status == 200
    assert [(entry["keyId"], entry["signature"], entry["status"]) for entry in log] == [(key.id, "valid", 200)]


def test_a_forged_signature_is_refused_and_logged_as_invalid(exchange, simulate):
    async def story(bench):
        forge = getattr(bench.dialect, "forged", forged)
        reply = await bench.ask(bench.key(), bench.dialect.KEY_INFO, tamper=forge)
        return bench.refusal(reply), bench.sim.requests()[-1]["signature"]

    assert simulate(exchange, story) == ("signature", "invalid")


def test_a_request_without_any_credentials_is_refused_and_logged_as_absent(exchange, simulate):
    async def story(bench):
        reply = await bench.ask(bench.key(), bench.dialect.KEY_INFO, tamper=bare)
        return bench.refusal(reply), bench.sim.requests()[-1]["signature"]

    assert simulate(exchange, story) == ("header", "absent")


def test_a_signature_covers_the_parameters_where_the_exchange_says_so(exchange, simulate, dialect):
    def changed(target, headers, body):
        return (target.replace("?", "?extra=1&") if "?" in target else f"{target}?extra=1"), headers, body

    async def story(bench):
        return bench.refusal(await bench.ask(bench.key(), bench.dialect.KEY_INFO, tamper=changed))

    assert simulate(exchange, story) == ("signature" if getattr(dialect, "SIGNS_QUERY", True) else None)


def test_a_signature_covers_the_body_where_the_exchange_says_so(exchange, simulate, dialect):
    right = next(one for one in TRADING if one in dialect.BY_RIGHT)
    requests = [one for one in dialect.BY_RIGHT[right] if one[0] == "POST"]

    def changed(target, headers, body):
        return target, headers, body[:-1] + b', "extra": 1}'

    async def story(bench):
        key = bench.key(["read", right])
        return [bench.refusal(await bench.ask(key, one, tamper=changed)) for one in requests]

    assert simulate(exchange, story) == ["signature" if dialect.SIGNS_BODY else None] * len(requests)


def test_a_key_that_does_not_exist_is_unknown(exchange, simulate):
    async def story(bench):
        stranger = bench.key()
        bench.sim.change_key(stranger.id, state="deleted")
        return bench.refusal(await bench.ask(stranger, bench.dialect.KEY_INFO))

    assert simulate(exchange, story) == "key"


def test_an_old_request_is_refused_and_a_fresh_one_is_not(exchange, simulate, dialect):
    async def story(bench):
        key = bench.key()
        if counts_nonces(exchange):
            # Old is whatever is no newer than what came before; nothing is too new.
            ages = (-3600, -3599, 1)
        else:
            ages = (dialect.WINDOW_SECONDS - 1, dialect.WINDOW_SECONDS + 1, -dialect.WINDOW_SECONDS - 1)
        return [bench.refusal(await bench.ask(key, dialect.KEY_INFO, late=age)) for age in ages]

    assert simulate(exchange, story) == [None, "time", "time"]


@pytest.mark.parametrize("state", ["deleted", "expired"])
def test_a_key_that_is_gone_is_refused(exchange, state, simulate):
    async def story(bench):
        key = bench.key(state=state)
        return bench.refusal(await bench.ask(key, bench.dialect.BY_RIGHT["read"][0]))

    assert simulate(exchange, story) == "key"


def test_a_frozen_key_is_refused(exchange, simulate):
    async def story(bench):
        key = bench.key(state="frozen")
        return bench.refusal(await bench.ask(key, bench.dialect.BY_RIGHT["read"][0]))

    assert simulate(exchange, story) == "frozen"


def test_a_key_ends_by_itself(exchange, simulate):
    async def story(bench):
        key = bench.key(expires_at=bench.clock.now().replace(hour=13))
        before = await bench.ask(key, bench.dialect.KEY_INFO)
        bench.clock.advance(3600)
        return bench.refusal(before), bench.refusal(await bench.ask(key, bench.dialect.KEY_INFO))

    assert simulate(exchange, story) == (None, "key")


def test_a_key_is_bound_to_its_addresses(exchange, dialect, simulate):
    async def story(bench):
        key = bench.key(ip_allowlist=["203.0.113.10", "2001:db8::/32"])
        seen = {}
        for ip in ("203.0.113.10", "2001:db8::5", "203.0.113.11"):
            bench.sim.set_client_ip(ip)
            seen[ip] = await bench.ask(key, bench.dialect.KEY_INFO)
        return {ip: bench.refusal(reply) for ip, reply in seen.items()}, seen["203.0.113.11"].body.decode()

    refusals, words = simulate(exchange, story)

    assert refusals == {"203.0.113.10": None, "2001:db8::5": None, "203.0.113.11": "address"}
    assert ("203.0.113.11" in words) == getattr(dialect, "NAMES_ADDRESS", True)


def test_every_right_opens_its_endpoints_and_no_other_set_of_rights_does(exchange, rights, dialect, simulate):
    can_have, always = rights
    chosen = can_have - always

    async def story(bench):
        wrong = []
        for some in all_sets(chosen):
            key = bench.key(sorted(some))
            for right, requests in dialect.BY_RIGHT.items():
                for request in requests:
                    refusal = bench.refusal(await bench.ask(key, request))
                    # Where one permission stands for several rights, a key has more than it was given.
                    if refusal != (None if right in key.rights else "right"):
                        wrong.append((sorted(some), request, refusal))
        return wrong

    assert set(dialect.BY_RIGHT) == set(can_have)
    assert simulate(exchange, story) == []


def test_the_key_information_spells_the_rights_and_the_override_word_for_word(exchange, rights, dialect, simulate):
    async def story(bench):
        all_of_them = await bench.ask(bench.key(sorted(rights[0])), dialect.KEY_INFO)
        strange = await bench.ask(bench.key(permissions="A, b,ZZZ_WITHDRAW"), dialect.KEY_INFO)
        return dialect.permissions(all_of_them.json), dialect.permissions(strange.json)

    spelled, strange = simulate(exchange, story)

    assert len(spelled) == len(set(spelled)) >= 2
    assert strange == ["A", " b", "ZZZ_WITHDRAW"]


def told(body):
    """Return the key information inside its envelope, which some exchanges make a list of one."""
    info = body if isinstance(body, list) else body.get("data", body.get("result", body))
    return info[0] if isinstance(info, list) else info


def test_the_key_information_can_be_bent_for_tests(exchange, dialect, simulate):
    async def story(bench):
        info = told((await bench.ask(bench.key(), dialect.KEY_INFO)).json)
        first = next(iter(info))
        bent = await bench.ask(bench.key(key_info={first: 7}, omit_key_info=[list(info)[1]]), dialect.KEY_INFO)
        return info, told(bent.json)

    plain, bent = simulate(exchange, story)

    assert bent[next(iter(plain))] == 7
    assert list(plain)[1] not in bent


def test_changed_rights_count_from_the_next_request(exchange, dialect, simulate):
    async def story(bench):
        key = bench.key(["read"])
        before = bench.refusal(await bench.ask(key, dialect.BY_RIGHT["withdraw"][0]))
        bench.sim.change_key(key.id, rights=["read", "withdraw"])
        return before, bench.refusal(await bench.ask(key, dialect.BY_RIGHT["withdraw"][0]))

    assert simulate(exchange, story) == ("right", None)


def test_requests_that_edit_keys_are_answered_change_nothing_and_stand_in_the_log(exchange, dialect, simulate):
    async def story(bench):
        # Some exchanges let only a key that may trade, and is bound to addresses, edit the keys of sub-accounts.
        key = bench.key(getattr(dialect, "EDITORS", ["read"]), ip_allowlist=["127.0.0.1"])
        before = bench.sim.key(key.id)
        replies = [await bench.ask(key, request) for request in dialect.EDITS_KEYS]
        return [reply.status for reply in replies], before == bench.sim.key(key.id), bench.sim.requests()

    statuses, is_unchanged, log = simulate(exchange, story)

    assert len(statuses) == len(dialect.EDITS_KEYS)
    assert set(statuses) <= {200, 204}
    assert is_unchanged
    assert [(entry["method"], entry["path"]) for entry in log] == [request[:2] for request in dialect.EDITS_KEYS]


def test_an_unknown_path_is_refused_without_a_word_about_the_key(exchange, simulate):
    async def story(bench):
        return await bench.send("GET", "/no/such/thing")

    assert simulate(exchange, story).status == 404


def test_the_time_is_the_clocks(exchange, dialect, simulate):
    async def story(bench):
        return dialect.read_time((await bench.send("GET", dialect.TIME)).json), bench.clock.now()

    told, now = simulate(exchange, story)

    assert int(told) == now.timestamp() * 1000


@pytest.mark.parametrize(("fault", "status"), ANSWERED_FAULTS.items())
def test_a_fault_is_answered_the_given_number_of_times(exchange, fault, status, dialect, simulate):
    async def story(bench):
        key = bench.key()
        bench.sim.add_fault(exchange, fault, times=2)
        replies = [await bench.ask(key, dialect.KEY_INFO) for _ in range(3)]
        return [429 if is_held_up(dialect, reply) else reply.status for reply in replies]

    assert simulate(exchange, story) == [status, status, 200]


@pytest.mark.parametrize("fault", ["maintenance", "geo_block", "rate_limit", "ban"])
def test_a_fault_in_the_exchanges_own_words_is_no_success_and_names_no_refusal(exchange, fault, dialect, simulate):
    async def story(bench):
        bench.sim.add_fault(exchange, fault)
        good = await bench.send("GET", dialect.TIME)
        reply = await bench.ask(bench.key(), dialect.KEY_INFO)
        return good, reply, reply.body[:1] == b"{" and bench.refusal(reply)

    good, reply, refusal = simulate(exchange, story)

    assert reply.status != 200 or dialect.code(reply.json)
    assert good.body != b""
    assert not refusal
    told, headers = TOLD_END.get(exchange), {name.lower(): value for name, value in reply.headers.items()}
    assert fault != "rate_limit" or told is None or float(headers[told.lower()]) > 0


def test_a_truncated_answer_is_the_right_one_cut_off(exchange, dialect, simulate):
    async def story(bench):
        whole = await bench.send("GET", dialect.TIME)
        bench.sim.add_fault(exchange, "truncated_json")
        return whole.body, (await bench.send("GET", dialect.TIME)).body

    whole, cut = simulate(exchange, story)

    assert 0 < len(cut) < len(whole)
    assert whole.startswith(cut)


def test_a_skewed_clock_tells_the_wrong_time_and_refuses_right_requests(exchange, dialect, simulate):
    async def story(bench):
        bench.sim.add_fault(exchange, "clock_skew")
        told = dialect.read_time((await bench.send("GET", dialect.TIME)).json)
        off = await bench.ask(bench.key(), dialect.KEY_INFO)
        synced = await bench.ask(bench.key(), dialect.KEY_INFO, late=-3600)
        return int(told) / 1000 - bench.clock.now().timestamp(), bench.refusal(off), bench.refusal(synced)

    assert simulate(exchange, story) == (3600, None if counts_nonces(exchange) else "time", None)


def test_an_exchange_that_is_down_breaks_the_connection(exchange, dialect, simulate):
    async def story(bench):
        bench.sim.add_fault(exchange, "down")
        with pytest.raises(aiohttp.ClientConnectionError):
            await bench.send("GET", dialect.TIME)
        return bench.sim.requests()

    assert [entry["status"] for entry in simulate(exchange, story)][-1] is None


def test_an_exchange_that_never_answers_holds_up_neither_its_caller_nor_the_end(exchange, dialect, simulate):
    async def story(bench):
        bench.sim.add_fault(exchange, "timeout")
        leaving = asyncio.create_task(bench.send("GET", dialect.TIME))
        await bench.until(lambda: len(bench.sim.requests()) == 1)
        leaving.cancel()
        # This one is still waiting when the simulator is stopped.
        waiting = asyncio.create_task(bench.send("GET", dialect.TIME))
        await bench.until(lambda: len(bench.sim.requests()) == 2)
        await bench.sim.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await waiting
        return True

    assert simulate(exchange, story)


def test_a_fault_hits_only_the_paths_it_names(exchange, dialect, simulate):
    async def story(bench):
        bench.sim.add_fault(exchange, "http_500", path=f"^{dialect.KEY_INFO[1]}$")
        hit = await bench.ask(bench.key(), dialect.KEY_INFO)
        missed = await bench.send("GET", dialect.TIME)
        bench.sim.clear_faults()
        return hit.status, missed.status, (await bench.ask(bench.key(), dialect.KEY_INFO)).status

    assert simulate(exchange, story) == (500, 200, 200)


def test_any_answer_can_be_had_word_for_word(exchange, dialect, simulate):
    async def story(bench):
        answer = {"status": 524, "headers": {"Content-Type": "text/html"}, "body": "<html>524</html>"}
        bench.sim.add_fault(exchange, "answer", answer=answer)
        return await bench.send("GET", dialect.TIME)

    reply = simulate(exchange, story)

    assert (reply.status, reply.headers["Content-Type"], reply.body) == (524, "text/html", b"<html>524</html>")


def test_limits_are_enforced_only_when_asked_for(exchange, dialect, simulate):
    async def story(bench):
        key = bench.key()
        request, times = dialect.COSTLY
        waits = [is_held_up(dialect, await bench.ask(key, request)) for _ in range(times + 1)]
        bench.clock.advance(60)
        last = await bench.ask(key, request)
        return set(waits[:-1]), waits[-1], is_held_up(dialect, last), last.status

    assert simulate(exchange, story, enforce_limits=True) == ({False}, True, False, 200)
    assert simulate(exchange, story) == ({False}, False, False, 200)


def test_the_log_never_holds_a_key_or_a_signature(exchange, dialect, simulate):
    async def story(bench):
        key = bench.key()
        await bench.ask(key, dialect.KEY_INFO)
        return key, str(bench.sim.requests())

    key, log = simulate(exchange, story)

    for value in (key.api_key, key.secret, key.passphrase):
        assert value is None or value not in log
    assert "?" not in log
