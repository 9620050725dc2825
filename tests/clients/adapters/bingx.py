"""BingX by bingx-py: parameters sorted, the time behind them, and orders whose parameters travel in the query."""

PACKAGE = "bingx-py"
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USDT": "500"}}
# https://bingx-api.github.io/docs-v3/#/en/Quick%20Start/Error%20Codes, last verified 2026-11-22.
REFUSALS = {"secret": 100001, "address": 100419, "right": 100004, "symbol": 100490, "symbol in futures": 109425}


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        from bingx_py import BingXClient

        self._client = BingXClient(api_key, secret)
        self._client.base_url = url
        self._client.connect()

    def time(self):
        # It has no method for the time, and signs what needs no signature.
        return self._client.get("/openApi/swap/v2/server/time")["data"]["serverTime"]

    def balance(self, market):
        if market == "futures":
            return {one.asset: one.available_margin for one in self._client.swap.query_account_data().data}
        return {one.asset: one.free for one in self._client.spot.query_assets().data.balances}

    def order(self, market, symbol_exists=True):
        from bingx_py.models.general import OrderSide
        from bingx_py.models.spot.trades import SpotOrderType

        symbol = "BTC-USDT" if symbol_exists else "NOSUCH-USDT"
        if market == "futures":
            # Its own method looks for the order one level above the place where the exchange answers it.
            order = {"symbol": symbol, "side": "BUY", "positionSide": "LONG", "type": "LIMIT"}
            sized = {**order, "quantity": 0.001, "price": 20000.5}
            return self._client.post("/openApi/swap/v2/trade/order", params=sized)["data"]["order"]["orderId"]
        placed = self._client.spot.place_order(
            symbol, OrderSide.BUY, SpotOrderType.LIMIT, quantity=0.001, price=20000.5
        )
        return placed.data.order_id

    def close(self):
        self._client.close()


def code(error):
    from bingx_py.exceptions import APIError

    if not isinstance(error, APIError):
        raise error
    return error.code
