from __future__ import annotations


def test_bytes_reach_the_signature_check_as_they_were_sent(simulate):
    """`%2c` and `%2C` are the same letter and different bytes; only one of them was signed."""

    def respelled(target, headers, body):
        return target.replace("%2C", "%2c"), headers, body

    async def story(bench):
        key = bench.key()
        request = ("GET", "/api/v3/openOrders", {"symbol": "A,B"})
        as_signed = await bench.ask(key, request)
        return bench.refusal(as_signed) if as_signed.status != 200 else None, bench.refusal(
            await bench.ask(key, request, tamper=respelled)
        )

    assert simulate("mexc", story) == (None, "signature")


def test_a_body_that_is_no_text_is_refused_and_not_stumbled_over(simulate):
    def garbled(target, headers, body):
        return target, headers, b"\xff\xfe\x00"

    async def story(bench):
        request = ("POST", "/api/v1/private/order/submit", {"symbol": "BTC_USDT"})
        return bench.refusal(await bench.ask(bench.key(["trade_futures"]), request, tamper=garbled))

    assert simulate("mexc", story) == "signature"


def test_a_struck_request_is_still_logged_with_its_key(simulate):
    async def story(bench):
        key = bench.key()
        bench.sim.add_fault("mexc", "html_502")
        await bench.ask(key, bench.dialect.KEY_INFO)
        return key.id, bench.sim.requests()

    id, log = simulate("mexc", story)

    assert [(entry["keyId"], entry["signature"], entry["status"]) for entry in log] == [(id, "valid", 502)]


def test_a_method_nobody_offers_is_answered(simulate):
    async def story(bench):
        return (await bench.send("PATCH", "/api/v3/time")).status

    assert simulate("mexc", story) == 404


def test_bytes_that_are_no_text_are_refused_wherever_they_stand(simulate, exchange, dialect):
    def garbled(target, headers, body):
        mark = "&" if "?" in target else "?"
        return f"{target}{mark}x=%FF\udcff", {name: value + "\udcff" for name, value in headers.items()}, body

    async def story(bench):
        reply = await bench.ask(bench.key(), bench.dialect.KEY_INFO, tamper=garbled)
        return reply.status, bench.refusal(reply)

    status, refusal = simulate(exchange, story)

    assert status < 500
    # What no signature covers is not looked at.
    assert bool(refusal) == getattr(dialect, "SIGNS_QUERY", True)
