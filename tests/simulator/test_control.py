from __future__ import annotations

import asyncio

import aiohttp
import pytest

from reconciler.simulator.server import Simulator

CANARY = "canary-5f1c0e9a7b3d42e8"


def controlled(*requests):
    """Send control requests one after the other; return status and JSON of each, and the simulator."""

    async def main():
        async with Simulator() as sim, aiohttp.ClientSession() as session:
            answers = []
            for method, path, body in requests:
                async with session.request(method, sim.ready["control"] + path, json=body) as answer:
                    text = await answer.text()
                    answers.append((answer.status, await answer.json() if text else None))
            return answers, sim

    return asyncio.run(main())


def test_a_key_is_made_and_its_values_are_told_once():
    answers, sim = controlled(("POST", "/keys", {"exchange": "kucoin", "rights": ["read"], "account": "7"}))

    ((status, made),) = answers
    key = sim.key(made["id"])
    assert status == 201
    assert made == {"id": key.id, "apiKey": key.api_key, "secret": key.secret, "passphrase": key.passphrase}


def test_a_key_is_changed_and_its_values_are_not_told():
    answers, sim = controlled(
        ("POST", "/keys", {"exchange": "mexc", "rights": ["read"]}),
        ("PATCH", "/keys/key-1", {"rights": ["read", "withdraw"], "ipAllowlist": ["203.0.113.1"], "state": "frozen"}),
    )

    status, changed = answers[1]
    assert status == 200
    assert changed == {
        "id": "key-1",
        "exchange": "mexc",
        "rights": ["read", "withdraw"],
        "ipAllowlist": ["203.0.113.1"],
        "expiresAt": None,
        "account": "10000001",
        "state": "frozen",
    }
    assert sim.key("key-1").state == "frozen"


def test_faults_the_address_and_the_log_are_served():
    fault = {"exchange": "mexc", "fault": "answer", "times": 1, "answer": {"status": 400, "body": "{}"}}
    answers, _ = controlled(
        ("PUT", "/client-ip", {"ip": "203.0.113.10"}),
        ("POST", "/faults", fault),
        ("DELETE", "/faults", None),
        ("GET", "/requests?exchange=mexc", None),
    )

    assert answers == [(200, {"ip": "203.0.113.10"}), (201, {}), (204, None), (200, [])]


def test_the_log_is_in_order_and_of_one_exchange():
    async def main():
        async with Simulator() as sim, aiohttp.ClientSession() as session:
            urls = sim.ready["exchanges"]
            for url in (f"{urls['mexc']}/api/v3/time?a=b", f"{urls['kucoin']}/api/v1/status", f"{urls['mexc']}/x"):
                async with session.get(url):
                    pass
            async with session.get(sim.ready["control"] + "/requests?exchange=mexc") as answer:
                return await answer.json()

    assert asyncio.run(main()) == [
        {"method": "GET", "path": "/api/v3/time", "keyId": None, "signature": "absent", "status": 200},
        {"method": "GET", "path": "/x", "keyId": None, "signature": "absent", "status": 404},
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/keys", {"exchange": "nope"}, 400),
        ("POST", "/keys", [], 400),
        ("POST", "/keys", {"exchange": "mexc", "rights": ["fly"]}, 400),
        ("PATCH", "/keys/nobody", {"state": "frozen"}, 400),
        ("PATCH", "/keys", {}, 404),
        ("PUT", "/client-ip", {"ip": "here"}, 400),
        ("POST", "/faults", {"exchange": "nope", "fault": "down"}, 400),
        ("POST", "/faults", {"exchange": "mexc", "fault": "nope"}, 400),
        ("GET", "/keys", None, 404),
        ("POST", "/", None, 404),
    ],
)
def test_a_wrong_request_is_answered_with_what_is_wrong(method, path, body, status):
    ((answered, payload),), _ = controlled((method, path, body))

    assert answered == status
    assert payload["error"]
    assert set(payload) == {"error", "hint"}


def test_a_body_that_is_no_json_is_refused_without_being_repeated():
    async def main():
        async with Simulator() as sim, aiohttp.ClientSession() as session:
            url = sim.ready["control"] + "/keys"
            async with session.post(url, data=CANARY.encode()) as answer:
                return answer.status, await answer.text()

    status, text = asyncio.run(main())

    assert status == 400
    assert CANARY not in text
