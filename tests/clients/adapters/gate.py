"""Gate by gate-api, the exchange's own library: seconds with a fraction, and a query signed before it is escaped."""

PACKAGE = "gate-api"
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USDT": "500"}}
# https://www.gate.com/docs/developers/apiv4/en/#label-list, last verified 2026-11-22.
REFUSALS = {
    "secret": "INVALID_SIGNATURE",
    "address": "FORBIDDEN",
    "right": "READ_ONLY",
    "symbol": "INVALID_CURRENCY_PAIR",
    "symbol in futures": "CONTRACT_NOT_FOUND",
}


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        import gate_api

        self._client = gate_api.ApiClient(gate_api.Configuration(host=f"{url}/api/v4", key=api_key, secret=secret))
        self._spot, self._futures = gate_api.SpotApi(self._client), gate_api.FuturesApi(self._client)

    def time(self):
        return self._spot.get_system_time().server_time

    def balance(self, market):
        if market == "futures":
            account = self._futures.list_futures_accounts("usdt")
            return {account.currency: account.available}
        return {account.currency: account.available for account in self._spot.list_spot_accounts()}

    def order(self, market, symbol_exists=True):
        import gate_api

        symbol = "BTC_USDT" if symbol_exists else "NOSUCH_USDT"
        if market == "futures":
            contract = gate_api.FuturesOrder(contract=symbol, size=1, price="20000.5", tif="gtc")
            return self._futures.create_futures_order("usdt", contract).id
        order = gate_api.Order(currency_pair=symbol, side="buy", type="limit", amount="0.001", price="20000.5")
        return self._spot.create_order(order).id

    def encoded(self):
        return self._spot.list_my_trades(currency_pair="BTC_USDT", order_id="one (of) many, 100% & more+")

    def close(self):
        self._client.rest_client.pool_manager.clear()
        self._client.close()


def code(error):
    from gate_api.exceptions import GateApiException

    if not isinstance(error, GateApiException):
        raise error
    return error.label
