"""OKX by python-okx: a time with milliseconds in words, every parameter of an order sent, empty and null ones too."""

PACKAGE = "python-okx"
WARNINGS = (
    "ignore:Use 'content=<...>' to upload raw bytes/text content:DeprecationWarning",
    r"ignore:datetime\.datetime\.utcnow\(\) is deprecated:DeprecationWarning",
)
# One trading account is all that there is to both markets.
BALANCES = {"spot": {"USDT": "1000", "BTC": "0.05"}, "futures": {"USDT": "1000", "BTC": "0.05"}}
# https://www.okx.com/docs-v5/en/#error-code, last verified 2026-11-22.
REFUSALS = {"secret": "50113", "passphrase": "50105", "address": "50110", "right": "50120", "symbol": "51001"}
_LIVE = "0"


class Refused(Exception):
    """The library returns refusals as it returns successes; they are told by their code."""


class Client:
    def __init__(self, url, api_key, secret, passphrase):
        from okx.Account import AccountAPI
        from okx.PublicData import PublicAPI
        from okx.Trade import TradeAPI

        signed = {"api_key": api_key, "api_secret_key": secret, "passphrase": passphrase}
        self._account, self._trade = (api(**signed, flag=_LIVE, domain=url) for api in (AccountAPI, TradeAPI))
        self._public = PublicAPI(flag=_LIVE, domain=url)

    def time(self):
        return int(data(self._public.get_system_time())["ts"])

    def balance(self, market):
        return {one["ccy"]: one["availBal"] for one in data(self._account.get_account_balance())["details"]}

    def order(self, market, symbol_exists=True):
        what = ("BTC" if symbol_exists else "NOSUCH") + ("-USDT-SWAP" if market == "futures" else "-USDT")
        mode = "cross" if market == "futures" else "cash"
        answer = self._trade.place_order(what, mode, "buy", "limit", "1", px="20000.5")
        return data(answer)["ordId"]

    def close(self):
        for one in (self._account, self._trade, self._public):
            one.close()


def data(answer):
    """Return the one thing an answer holds; what became of an order is told with it, and not on top."""
    first = answer["data"][0] if answer.get("data") else {}
    refused = first.get("sCode", answer["code"])
    if refused != "0":
        raise Refused(refused)
    return first


def code(error):
    if not isinstance(error, Refused):
        raise error
    return error.args[0]
