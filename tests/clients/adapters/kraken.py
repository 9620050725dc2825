"""Kraken by krakenex: forms with nonces in milliseconds, and errors handed on as they come."""

PACKAGE = "krakenex"
TIME_STEP_MS = 1000
BALANCES = {"spot": {"USDT": "1000", "XXBT": "0.05", "ZUSD": "10"}}
# https://docs.kraken.com/exchange/guides/general/errors, last verified 2026-11-22; with which of them an address is
# refused is documented nowhere.
REFUSALS = {
    "secret": "EAPI:Invalid signature",
    "address": "EAPI:Invalid key",
    "right": "EGeneral:Permission denied",
    "symbol": "EQuery:Unknown asset pair",
}


class RefusedError(Exception):
    """What krakenex returns like any other answer."""


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        import krakenex

        self._client = krakenex.API(api_key, secret)
        self._client.uri = url

    def time(self):
        return told(self._client.query_public("Time"))["unixtime"] * 1000

    def balance(self, market):
        return told(self._client.query_private("Balance"))

    def order(self, market, symbol_exists=True):
        pair = "XBTUSDT" if symbol_exists else "NOSUCHUSDT"
        asked = {"pair": pair, "type": "buy", "ordertype": "limit", "volume": "0.001", "price": "20000.5"}
        return told(self._client.query_private("AddOrder", asked))["txid"][0]

    def encoded(self):
        return list(told(self._client.query_private("OpenOrders", {"cl_ord_id": "a b,c/d"}))["open"])

    def close(self):
        self._client.close()


def told(answer):
    if answer["error"]:
        raise RefusedError(answer["error"][0])
    return answer["result"]


def code(error):
    if not isinstance(error, RefusedError):
        raise error
    return str(error)
