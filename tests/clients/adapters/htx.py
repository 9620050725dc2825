"""HTX by huobi-sdk-hash-7, the exchange's own library as others keep it installable: it signs the host it was given."""

PACKAGE = "huobi-sdk-hash-7"
BALANCES = {"spot": {"usdt": "1000", "btc": "0.05"}, "futures": {"USDT": "500"}}
# https://huobiapi.github.io/docs/spot/v1/en/#error-code, last verified 2026-11-22. Most refusals of a key share one
# word, and only the text behind it tells them apart.
_REFUSED = "api-signature-not-valid: Signature not valid: "
_NO_RIGHT = "Signature not valid: API key has no permission [API Key没有权限]"
REFUSALS = {
    "secret": _REFUSED + "Verification failure [校验失败]",
    "address": _REFUSED + "Incorrect IP address [IP地址错误]:127.0.0.1",
    "right": "api-signature-not-valid: " + _NO_RIGHT,
    "right in futures": "403: " + _NO_RIGHT,
    "symbol": "base-symbol-error: The symbol is invalid",
    "symbol in futures": "1013: This contract symbol doesnt exist.",
}
# It asks for the time of day in a way that Python 3.12 began to warn of.
WARNINGS = ("ignore:datetime.datetime.utcnow:DeprecationWarning",)


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        from huobi.client.account import AccountClient
        from huobi.client.generic import GenericClient
        from huobi.client.trade import TradeClient
        from huobi.client.wallet import WalletClient
        from huobi.connection.restapi_sync_client import RestApiSyncClient

        values = {"api_key": api_key, "secret_key": secret, "url": url}
        self._generic, self._account, self._trade, self._wallet = (
            client(**values) for client in (GenericClient, AccountClient, TradeClient, WalletClient)
        )
        self._contracts = RestApiSyncClient(**values)

    def time(self):
        return self._generic.get_exchange_timestamp()

    def balance(self, market):
        if market == "futures":
            details = self._contract("GET_SIGN", "/v5/account/balance", {})["details"]
            return {one["currency"]: one["available"] for one in details}
        account = next(one for one in self._account.get_accounts() if one.type == "spot")
        return {one.currency: one.balance for one in self._account.get_balance(account.id) if one.type == "trade"}

    def order(self, market, symbol_exists=True):
        if market == "futures":
            contract = "BTC-USDT" if symbol_exists else "NOSUCH-USDT"
            order = {"contract_code": contract, "volume": 1, "margin_mode": "cross", "side": "buy", "type": "limit"}
            return self._contract("POST_SIGN", "/v5/trade/order", {**order, "price": "20000.5"})["order_id"]
        symbol = "btcusdt" if symbol_exists else "nosuchusdt"
        return self._trade.create_spot_order(symbol, 100001, "buy-limit", 0.001, 20000.5)

    def encoded(self):
        return self._wallet.get_deposit_withdraw("deposit", currency="one (of) many, 100% & more+") or []

    def close(self):
        from huobi.connection.impl import restapi_invoker

        restapi_invoker.session.close()

    def _contract(self, method, path, asked):
        # It has no client for contracts, and signs requests for any path.
        return self._contracts.request_process(method, path, asked, lambda answer: answer["data"])


def code(error):
    from huobi.exception.huobi_api_exception import HuobiApiException

    if not isinstance(error, HuobiApiException):
        raise error
    return error.error_message.removeprefix("[Executing] ")
