"""MEXC by pybotters: the time alone in the signed query of a spot order, everything else in a form beside it."""

import asyncio

PACKAGE = "pybotters"
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USDT": "500"}}
# https://www.mexc.com/api-docs/spot-v3/general-info and
# https://www.mexc.com/api-docs/futures/error-code, last verified 2026-11-22.
REFUSALS = {
    "secret": 700002,
    "address": 700006,
    "right": 700007,
    "right in futures": 704,
    "symbol": -1121,
    "symbol in futures": 1001,
}
_SPOT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.001", "price": "20000.5"}
_FUTURES = {"symbol": "BTC_USDT", "vol": 1, "side": 1, "type": 1, "openType": 1, "price": 20000.5}
# It signs by way of a parameter that aiohttp warns of.
WARNINGS = ("ignore:The 'auth' parameter is deprecated:DeprecationWarning",)


class Refused(Exception):
    pass


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        self._url, self._values = url, [api_key, secret]
        self._loop = asyncio.Runner()

    def time(self):
        return self._ask("GET", "/api/v3/time")["serverTime"]

    def balance(self, market):
        if market == "futures":
            accounts = self._ask("GET", "/api/v1/private/account/assets")["data"]
            return {one["currency"]: one["availableBalance"] for one in accounts}
        return {one["asset"]: one["free"] for one in self._ask("GET", "/api/v3/account")["balances"]}

    def order(self, market, symbol_exists=True):
        if market == "futures":
            order = _FUTURES if symbol_exists else {**_FUTURES, "symbol": "NOSUCH_USDT"}
            return self._ask("POST", "/api/v1/private/order/submit", order)["data"]["orderId"]
        order = _SPOT if symbol_exists else {**_SPOT, "symbol": "NOSUCHUSDT"}
        return self._ask("POST", "/api/v3/order", order)["orderId"]

    def encoded(self):
        return self._ask("GET", "/api/v3/openOrders", params={"symbol": "one (of) many, 100% & more+"})

    def close(self):
        self._loop.close()

    def _ask(self, method, path, data=None, params=None):
        answer = self._loop.run(self._asked(method, path, data, params))
        if isinstance(answer, dict) and answer.get("code", 0):
            raise Refused(answer["code"])
        return answer

    async def _asked(self, method, path, data, params):
        import pybotters
        from pybotters.auth import Auth, Hosts, Item

        # It knows by the host how to sign.
        sign = Auth.mexc_v2 if path.startswith("/api/v1/") else Auth.mexc_v3
        Hosts.items["127.0.0.1"] = Item("mexc", sign)
        async with pybotters.Client(apis={"mexc": self._values}, base_url=self._url) as client:
            return (await client.fetch(method, path, params=params, data=data)).data


def code(error):
    if not isinstance(error, Refused):
        raise error
    return error.args[0]
