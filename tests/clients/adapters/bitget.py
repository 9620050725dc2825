"""Bitget by pybotters: path, query and body signed as they are sent, by keys of classic and of unified accounts."""

import asyncio

PACKAGE = "pybotters"
KINDS = ("version 2", "version 3")
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USDT": "500"}}
# A unified account holds one balance for all markets.
BALANCES_BY_KIND = {"version 3": {"spot": BALANCES["spot"], "futures": BALANCES["spot"]}}
# https://www.bitget.com/api-doc/common/error-code/restapi, last verified 2026-11-22.
REFUSALS = {"secret": "40009", "passphrase": "40012", "address": "40018", "right": "40014", "symbol": "40034"}
# What a key of a classic account is told by the interface of unified ones.
_IS_CLASSIC = "40084"
_ORDER = {"symbol": "BTCUSDT", "side": "buy", "orderType": "limit", "price": "20000.5", "force": "gtc"}
_SPOT = ("/api/v2/spot/trade/place-order", {**_ORDER, "size": "0.001"})
_MIX = {**_ORDER, "size": "0.001", "productType": "USDT-FUTURES", "marginMode": "crossed", "marginCoin": "USDT"}
_FUTURES = ("/api/v2/mix/order/place-order", _MIX)
# It signs by way of a parameter that aiohttp warns of.
WARNINGS = ("ignore:The 'auth' parameter is deprecated:DeprecationWarning",)


class Refused(Exception):
    pass


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        self._url, self._values = url, [api_key, secret, passphrase]
        self._loop = asyncio.Runner()

    def time(self):
        return int(self._ask("GET", "/api/v2/public/time")["serverTime"])

    def balance(self, market):
        try:
            assets = self._ask("GET", "/api/v3/account/assets")["assets"]
            return {one["coin"]: one["available"] for one in assets}
        except Refused as refused:
            if refused.args[0] != _IS_CLASSIC:
                raise
        if market == "futures":
            accounts = self._ask("GET", "/api/v2/mix/account/accounts", params={"productType": "USDT-FUTURES"})
            return {one["marginCoin"]: one["available"] for one in accounts}
        return {one["coin"]: one["available"] for one in self._ask("GET", "/api/v2/spot/account/assets")}

    def order(self, market, symbol_exists=True):
        named = {} if symbol_exists else {"symbol": "NOSUCHUSDT"}
        category = "SPOT" if market == "spot" else "USDT-FUTURES"
        unified = {**_ORDER, **named, "category": category, "qty": "0.001", "timeInForce": "gtc"}
        try:
            return self._ask("POST", "/api/v3/trade/place-order", unified)["orderId"]
        except Refused as refused:
            if refused.args[0] != _IS_CLASSIC:
                raise
        path, order = _SPOT if market == "spot" else _FUTURES
        return self._ask("POST", path, {**order, **named})["orderId"]

    def close(self):
        self._loop.close()

    def _ask(self, method, path, data=None, params=None):
        answer = self._loop.run(self._asked(method, path, data, params))
        if answer["code"] != "00000":
            raise Refused(answer["code"])
        return answer["data"]

    async def _asked(self, method, path, data, params):
        import pybotters
        from pybotters.auth import Auth, Hosts, Item

        # It knows by the host how to sign.
        Hosts.items["127.0.0.1"] = Item("bitget", Auth.bitget)
        async with pybotters.Client(apis={"bitget": self._values}, base_url=self._url) as client:
            return (await client.fetch(method, path, params=params, data=data)).data


def code(error):
    if not isinstance(error, Refused):
        raise error
    return error.args[0]
