"""Binance by python-binance: it sorts its parameters, and sends orders as forms whose signature comes last."""

import asyncio

PACKAGE = "python-binance"
KINDS = ("minted", "rsa", "ed25519")
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USDT": "500"}}
# https://developers.binance.com/docs/binance-spot-api-docs/errors, last verified 2026-11-22.
REFUSALS = {"secret": -1022, "address": -2015, "right": -2015, "symbol": -1121}


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        from binance.client import Client as Published

        # It wants a loop, for sockets that are never opened here.
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)

        class Local(Published):
            API_URL, MARGIN_API_URL, FUTURES_URL = f"{url}/api", f"{url}/sapi", f"{url}/fapi"

        is_pem = secret.startswith("-----BEGIN")
        self._client = Local(api_key, None if is_pem else secret, private_key=secret if is_pem else None)

    def time(self):
        return self._client.get_server_time()["serverTime"]

    def balance(self, market):
        if market == "futures":
            return {one["asset"]: one["availableBalance"] for one in self._client.futures_account_balance()}
        return {one["asset"]: one["free"] for one in self._client.get_account()["balances"]}

    def order(self, market, symbol_exists=True):
        place = self._client.futures_create_order if market == "futures" else self._client.create_order
        symbol = "BTCUSDT" if symbol_exists else "NOSUCHUSDT"
        return place(symbol=symbol, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.001", price="20000.5")[
            "orderId"
        ]

    def close(self):
        self._client.session.close()
        asyncio.set_event_loop(None)
        self._loop.close()


def code(error):
    from binance.exceptions import BinanceAPIException

    if not isinstance(error, BinanceAPIException):
        raise error
    return error.code
