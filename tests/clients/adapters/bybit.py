"""Bybit by pybit: queries sorted and signed as text, orders as JSON with spaces in it, codes in answers of HTTP 200."""

PACKAGE = "pybit"
KINDS = ("minted", "rsa")
# One unified account is all that there is to both markets.
BALANCES = {"spot": {"USDT": "1000"}, "futures": {"USDT": "1000"}}
CATEGORIES = {"spot": "spot", "futures": "linear"}
# https://bybit-exchange.github.io/docs/v5/error, last verified 2026-11-22.
REFUSALS = {"secret": 10004, "address": 10010, "right": 10005, "symbol": 10001}


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        from pybit.unified_trading import HTTP

        self._client = HTTP(api_key=api_key, api_secret=secret, rsa_authentication=secret.startswith("-----BEGIN"))
        self._client.endpoint = url

    def time(self):
        return int(self._client.get_server_time()["result"]["timeNano"]) // 10**6

    def balance(self, market):
        wallet = self._client.get_wallet_balance(accountType="UNIFIED", coin="USDT")["result"]["list"][0]
        return {one["coin"]: one["walletBalance"] for one in wallet["coin"]}

    def order(self, market, symbol_exists=True):
        symbol = "BTCUSDT" if symbol_exists else "NOSUCHUSDT"
        what = {"category": CATEGORIES[market], "symbol": symbol, "side": "Buy", "orderType": "Limit"}
        return self._client.place_order(**what, qty=0.001, price=20000.5)["result"]["orderId"]

    def close(self):
        self._client.client.close()


def code(error):
    from pybit.exceptions import InvalidRequestError

    if not isinstance(error, InvalidRequestError):
        raise error
    return error.status_code
