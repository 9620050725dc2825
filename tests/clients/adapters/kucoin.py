"""KuCoin by its own Universal SDK: keys of version 3, queries signed as they are before they are encoded."""

import json
import re

PACKAGE = "kucoin-universal-sdk"
WARNINGS = (
    "ignore:Using extra keyword arguments on `Field`:pydantic.warnings.PydanticDeprecationWarning",
    "ignore:Accessing the 'model_fields' attribute on the instance:pydantic.warnings.PydanticDeprecationWarning",
)
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USDT": "500"}}
# https://www.kucoin.com/docs-new/error-code, last verified 2026-11-22.
REFUSALS = {"secret": "400004", "passphrase": "400004", "address": "400006", "right": "400007", "symbol": "900001"}


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        from kucoin_universal_sdk.api import DefaultClient
        from kucoin_universal_sdk.model import ClientOptionBuilder, TransportOptionBuilder

        options = ClientOptionBuilder().set_key(api_key).set_secret(secret).set_passphrase(passphrase)
        options.set_spot_endpoint(url).set_futures_endpoint(url).set_broker_endpoint(url)
        options.set_transport_option(TransportOptionBuilder().set_max_retries(0).build())
        self._client = DefaultClient(options.build()).rest_service()

    def time(self):
        return self._client.get_spot_service().get_market_api().get_server_time().data

    def balance(self, market):
        from kucoin_universal_sdk.generate.account import account

        api = self._client.get_account_service().get_account_api()
        if market == "futures":
            asked = account.GetFuturesAccountReqBuilder().set_currency("USDT").build()
            found = api.get_futures_account(asked)
            return {found.currency: found.available_balance}
        asked = account.GetSpotAccountListReqBuilder().set_type(account.GetSpotAccountListReq.TypeEnum.TRADE).build()
        return {one.currency: one.available for one in api.get_spot_account_list(asked).data}

    def encoded(self):
        from kucoin_universal_sdk.generate.account import subaccount

        asked = subaccount.GetSubAccountApiListReqBuilder().set_sub_name("one (of) many, 100% & more+").build()
        return self._client.get_account_service().get_sub_account_api().get_sub_account_api_list(asked).data

    def order(self, market, symbol_exists=True):
        from kucoin_universal_sdk.generate.futures import order as futures
        from kucoin_universal_sdk.generate.spot import order as spot

        module = futures if market == "futures" else spot
        kinds = module.AddOrderReq
        what = module.AddOrderReqBuilder().set_client_oid("a-1").set_price("20000.5")
        what.set_side(kinds.SideEnum.BUY).set_type(kinds.TypeEnum.LIMIT)
        if market == "futures":
            what.set_symbol("XBTUSDTM" if symbol_exists else "NOSUCHUSDTM").set_size(1).set_leverage(1)
            api = self._client.get_futures_service().get_order_api()
        else:
            what.set_symbol("BTC-USDT" if symbol_exists else "NOSUCH-USDT").set_size("0.001")
            api = self._client.get_spot_service().get_order_api()
        return api.add_order(what.build()).order_id

    def close(self):
        self._client.get_account_service().get_account_api().transport.close()


def code(error):
    from kucoin_universal_sdk.model.common import RestError

    if isinstance(error, RestError) and error.response is not None:
        return error.response.code
    # What travels with another status than 200 it hands on as the text it is.
    told = re.search(r"\{.*\}", error.msg) if isinstance(error, RestError) else None
    if told is None:
        raise error
    return json.loads(told[0])["code"]
