"""Coinbase by its own coinbase-advanced-py: a token for each request that names method, host and path."""

import json
import logging
import uuid

PACKAGE = "coinbase-advanced-py"
KINDS = ("minted", "seed")
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USD": "500"}}
PRODUCTS = {"spot": "BTC-USDT", "futures": "BTC-PERP-CDE"}
# Whatever is wrong with a key, a token or an address, the answer is the same.
# https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization, last verified 2026-11-22.
REFUSALS = {
    "secret": "Unauthorized",
    "address": "Unauthorized",
    "right": "PERMISSION_DENIED",
    "symbol": "INVALID_ARGUMENT",
}


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        from coinbase.rest import RESTClient
        from requests.adapters import HTTPAdapter

        class Redirecting(HTTPAdapter):
            """Takes requests to the exchange's own host, which the tokens name, to the simulator."""

            def send(self, request, **options):
                request.url = request.url.replace("https://api.coinbase.com", url, 1)
                return super().send(request, **options)

        # It prints every refusal by itself.
        logging.getLogger("coinbase.RESTClient").setLevel(logging.CRITICAL)
        self._client = RESTClient(api_key=api_key, api_secret=secret)
        self._client.session.mount("https://", Redirecting())

    def time(self):
        return int(self._client.get_unix_time().epoch_millis)

    def balance(self, market):
        if market == "futures":
            held = self._client.get_futures_balance_summary().balance_summary.total_usd_balance
            return {held["currency"]: held["value"]}
        accounts = self._client.get_accounts(limit=250).accounts
        return {
            one.currency: one.available_balance["value"] for one in accounts if one.available_balance["value"] != "0"
        }

    def order(self, market, symbol_exists=True):
        product = PRODUCTS[market] if symbol_exists else f"NOSUCH{PRODUCTS[market]}"
        answer = self._client.limit_order_gtc_buy(str(uuid.uuid4()), product, base_size="1", limit_price="20000.5")
        return answer.success_response["order_id"]

    def close(self):
        self._client.session.close()


def code(error):
    from requests.exceptions import HTTPError

    if not isinstance(error, HTTPError):
        raise error
    if error.response.headers["Content-Type"].startswith("text/plain"):
        return error.response.text.strip()
    return json.loads(error.response.text)["error"]
