import asyncio
import hashlib
import logging
import ssl

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from reconciler import wiring
from reconciler.errors import ReconcilerError, RequestRefused
from reconciler.exchanges.binance import EXCHANGE as BINANCE
from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.kit.clock import SystemClock
from reconciler.model.exchange import Purpose, Request
from reconciler.probing import client
from reconciler.probing.answer import Silence
from reconciler.probing.client import ClientPool, Wire
from reconciler.probing.gate import LONGEST_ANSWER
from reconciler.simulator.server import Simulator
from reconciler.values.secret import Credentials, Secret

KEY_INFO = MEXC.asked_for(Purpose.KEY_INFO)[0]
CREDENTIALS = Credentials(
    Secret("mx0vCANARYKEY1234567"), Secret("canary-secret-0123456789abcdef"), Secret("canary-phrase")
)


async def with_lease(use, exchange=MEXC, *, fault=None, base_url=None):
    """Lend one client against a simulator and return what `use` makes of it."""
    async with Simulator(exchanges=[exchange.id]) as simulator:
        if fault is not None:
            simulator.add_fault(exchange.id, "answer", answer=fault)
        wire = Wire(connections=4)
        url = base_url or simulator.ready["exchanges"][exchange.id]
        pool = ClientPool(exchange, wire, SystemClock(), base_url=url, seconds=5)
        try:
            async with pool.lease(CREDENTIALS) as lease:
                return await use(lease), simulator.requests()
        finally:
            await wire.close()


def ask(request, exchange=MEXC, **options):
    return asyncio.run(with_lease(lambda lease: lease.ask(request), exchange, **options))


def hostile(call, params=None, path="/api/v3/nowhere"):
    return Request(Purpose.BALANCE, call, "api.mexc.com", path, MEXC.source, params=params or {})


@pytest.mark.parametrize(
    ("call", "params"),
    [
        ("spotPrivatePostApiKeyInfo", {"apiKey": "x", "ipWhiteList": "0.0.0.0"}),
        ("spotPrivatePostCapitalWithdraw", {"coin": "USDT", "address": "x", "amount": "1"}),
        ("spotPrivatePostOrder", {"symbol": "BTCUSDT"}),
        ("spotPrivateDeleteOpenOrders", {"symbol": "BTCUSDT"}),
        ("spotPrivateGetCapitalWithdrawHistory", {}),
        ("contractPrivatePostOrderSubmit", {"symbol": "BTC_USDT"}),
    ],
)
def test_a_call_that_could_change_something_is_refused_before_it_is_sent(call, params):
    async def use(lease):
        with pytest.raises(RequestRefused) as refused:
            await lease.ask(hostile(call, params))
        return refused.value

    refused, sent = asyncio.run(with_lease(use))

    assert sent == []
    assert refused.__cause__ is None
    assert refused.__context__ is None
    assert "CANARY" not in repr(refused)


def test_the_fifth_signed_request_is_refused_before_it_is_sent():
    async def use(lease):
        for _ in range(4):
            await lease.ask(KEY_INFO)
        with pytest.raises(RequestRefused, match="signed request 5"):
            await lease.ask(KEY_INFO)

    _, sent = asyncio.run(with_lease(use))

    assert len(sent) == 4


def test_an_answer_carries_status_body_and_the_hash_of_its_bytes():
    answer, _ = ask(
        KEY_INFO, fault={"status": 400, "body": '{"code": 10072, "msg": "no"}', "headers": {"Retry-After": "7"}}
    )

    assert answer.status == 400
    assert answer.body == {"code": 10072, "msg": "no"}
    assert answer.sha256 == hashlib.sha256(b'{"code": 10072, "msg": "no"}').hexdigest()
    assert answer.retry_after == 7
    assert "BadRequest" in answer.raised
    assert answer.evidence.request == "GET /api/v3/apiKeyInfo"


@pytest.mark.parametrize(
    "body",
    ["<html></html>", "", '{"a": ', "[" * 50_000, "null", "\ufeff{}", '{"a": 1, "a": 2}', '{"b": {"a": 1, "a": 1}}'],
)
def test_what_is_no_json_object_comes_back_as_it_is(body):
    answer, _ = ask(KEY_INFO, fault={"status": 200, "body": body})

    assert answer.status == 200
    assert not isinstance(answer.body, dict | list)


def test_numbers_of_an_answer_stay_numbers():
    answer, _ = ask(MEXC.time_request())

    assert isinstance(answer.body["serverTime"], int)


def test_an_answer_of_unbearable_size_is_not_read_to_its_end():
    answer, _ = ask(KEY_INFO, fault={"status": 200, "body": "x" * (LONGEST_ANSWER + 1)})

    assert answer.silence is Silence.TOO_LARGE


def test_a_redirect_is_not_followed():
    fault = {"status": 302, "body": "", "headers": {"Location": "/api/v3/time"}}

    answer, sent = ask(KEY_INFO, fault=fault)

    assert answer.status == 302
    assert len(sent) == 1


def test_a_closed_port_is_no_connection():
    answer, _ = ask(KEY_INFO, base_url="http://127.0.0.1:9")

    assert answer.silence is Silence.CONNECTION


def test_a_request_that_cannot_be_built_is_a_bug_and_leaks_nothing():
    async def use(lease):
        with pytest.raises(ReconcilerError) as found:
            await lease.ask(hostile("spotPrivateGetNothingLikeIt"))
        return found.value

    error, sent = asyncio.run(with_lease(use))

    assert sent == []
    assert error.__context__ is None
    assert "AttributeError" in error.message


@pytest.mark.parametrize("exchange", [MEXC, KUCOIN], ids=lambda exchange: exchange.id)
def test_a_client_that_was_given_back_holds_nothing_of_the_key(exchange):
    async def run():
        async with Simulator(exchanges=[exchange.id]) as simulator:
            wire = Wire(connections=4)
            url = simulator.ready["exchanges"][exchange.id]
            pool = ClientPool(exchange, wire, SystemClock(), base_url=url, seconds=5)
            async with pool.lease(CREDENTIALS) as lease:
                await lease.ask(exchange.asked_for(Purpose.KEY_INFO)[0])
            await wire.close()
            return lease

    lease = asyncio.run(run())

    for holder in (lease._client, lease._gate):
        for value in vars(holder).values():
            assert "CANARY" not in repr(value)
            assert "canary" not in repr(value)
    assert lease._client.session is None


def test_a_client_is_lent_again_and_never_to_two_at_once():
    async def run():
        wire = Wire(connections=4)
        pool = ClientPool(MEXC, wire, SystemClock(), base_url="http://127.0.0.1:9", seconds=5)
        async with pool.lease(CREDENTIALS) as first, pool.lease(CREDENTIALS) as second:
            assert first is not second
        async with pool.lease(CREDENTIALS) as third:
            assert third in (first, second)
        await wire.close()

    asyncio.run(run())


WITH_FILE = [one for one in wiring.exchanges().values() if not one.is_unified]


@pytest.mark.parametrize("exchange", WITH_FILE, ids=lambda exchange: exchange.id)
def test_what_clients_of_an_exchange_share_is_written_to_by_none_of_them(exchange):
    async def run():
        async with Simulator(exchanges=[exchange.id]) as simulator:
            wire = Wire(connections=4)
            url = simulator.ready["exchanges"][exchange.id]
            pool = ClientPool(exchange, wire, SystemClock(), base_url=url, seconds=5)
            async with pool.lease(None) as lease:
                await lease.ask(exchange.time_request())
            before = shared(pool)
            async with pool.lease(CREDENTIALS) as first, pool.lease(CREDENTIALS) as second:
                for request in exchange.plan(sorted(exchange.traits.markets)[:1]):
                    for lease in (first, second):
                        await lease.ask(request, "10000001")
                options = first._client.options, second._client.options
            await wire.close()
            return before, shared(pool), options

    before, after, options = asyncio.run(run())

    assert after == before
    assert options[0] is not options[1]


def shared(pool):
    """Everything the pattern of all clients holds, spelled out."""
    return {name: repr(value) for name, value in vars(pool._pattern).items()}


def test_ccxt_logs_no_signed_url_even_when_everything_is_logged(caplog):
    caplog.set_level(logging.DEBUG)

    ask(KEY_INFO)

    assert "signature=" not in caplog.text
    assert "CANARY" not in caplog.text


def test_neither_proxies_nor_cookies_come_between(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    async def use(lease):
        first = await lease.ask(MEXC.time_request())
        second = await lease.ask(MEXC.time_request())
        return first, second, len(lease._gate._session().cookie_jar)

    fault = {"status": 200, "body": '{"serverTime": 1}', "headers": {"Set-Cookie": "track=me"}}
    (first, second, cookies), _ = asyncio.run(with_lease(use, fault=fault))

    assert first.status == second.status == 200
    assert cookies == 0


def test_the_keys_of_tls_are_written_nowhere_and_certificates_are_verified(monkeypatch, tmp_path):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))

    context = client._tls.__wrapped__()

    assert list(tmp_path.iterdir()) == []
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(("told_by", "unit"), [("nonce", 1), ("seconds", 1000)])
def test_the_time_of_a_request_is_ours_plus_the_skew(told_by, unit):
    async def use(lease):
        before = getattr(lease._client, told_by)()
        lease.skew_ms = 3_600_000
        return getattr(lease._client, told_by)() - before

    difference, _ = asyncio.run(with_lease(use))

    assert 3_600_000 <= difference * unit < 3_700_000


def test_the_nonce_of_one_key_rises_and_pushes_up_that_of_no_other():
    async def run():
        wire = Wire(connections=1)
        pool = ClientPool(MEXC, wire, SystemClock(), base_url="http://127.0.0.1:9", seconds=5)
        async with pool.lease(CREDENTIALS) as lease:
            lease.skew_ms = 3_600_000
            ahead = lease._client.incrementing_nonce()
            lease.skew_ms = 0
            corrected = lease._client.incrementing_nonce()
        async with pool.lease(CREDENTIALS) as same:
            assert same is lease
            fresh = same._client.incrementing_nonce()
        await wire.close()
        return ahead, corrected, fresh

    ahead, corrected, fresh = asyncio.run(run())

    assert corrected == ahead + 1
    assert fresh < ahead


class Unplugged(Wire):
    """A wire that leads nowhere, so that requests can be watched on their way to the exchanges themselves."""

    def session(self):
        raise aiohttp.ClientConnectionError("unplugged")


@pytest.mark.parametrize("exchange", [MEXC, KUCOIN], ids=lambda exchange: exchange.id)
def test_ccxt_builds_every_listed_request_as_the_list_says(exchange):
    async def run():
        pool = ClientPool(exchange, Unplugged(connections=1), SystemClock(), base_url=None, seconds=5)
        built = []
        for request in exchange.requests:
            async with pool.lease(CREDENTIALS) as lease:
                answer = await lease.ask(request)
                sent = f"{lease._client.last_request_url} {lease._client.last_request_headers}"
                built.append((request, answer.silence, lease.signed, sent))
        return built

    for request, silence, signed, sent in asyncio.run(run()):
        assert silence is Silence.CONNECTION, "it passed the gate, and failed only behind it"
        assert sent.startswith(f"https://{request.host}{request.path}")
        assert signed == request.signed
        assert ("mx0vCANARYKEY1234567" in sent) == request.signed


def test_a_client_is_wiped_when_its_test_is_cancelled():
    async def run():
        async with Simulator(exchanges=["mexc"]) as simulator:
            simulator.add_fault("mexc", "timeout")
            wire = Wire(connections=4)
            pool = ClientPool(MEXC, wire, SystemClock(), base_url=simulator.ready["exchanges"]["mexc"], seconds=60)
            held = []

            async def one():
                async with pool.lease(CREDENTIALS) as lease:
                    held.append(lease)
                    await lease.ask(KEY_INFO)

            with pytest.raises(TimeoutError):
                await asyncio.wait_for(one(), 0.1)
            await wire.close()
            return held[0]

    lease = asyncio.run(run())

    assert lease._client.apiKey is None
    assert lease._client.secret is None
    assert lease._client.last_request_url is None


def test_what_signs_with_a_private_key_is_taken_out_with_it():
    pem = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pair = Credentials(Secret("k" * 64), Secret(pem.decode()))

    async def use():
        pool = ClientPool(BINANCE, Wire(connections=1), SystemClock(), base_url="http://127.0.0.1:9", seconds=5)
        async with pool.lease(pair) as lease:
            client = lease._client
            usual, other = client.rsa("a", client.secret), client.rsa("a", client.secret, "sha512")
        return client, usual, other

    client, usual, other = asyncio.run(use())

    assert "rsa" not in vars(client)
    assert client.secret is None
    assert usual == type(client).rsa("a", pem.decode())
    assert other == type(client).rsa("a", pem.decode(), "sha512")
