import ccxt.async_support as ccxt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.probing.reading import is_reading
from reconciler.wiring import directory

READING = [
    ("GET", "balance"),
    ("GET", "v2/orders/open"),
    ("GET", "account/accounts/{id}/balance"),
    ("GET", "trade/positions"),
    ("GET", "get_account_summary"),
    ("GET", "margin/isolated/allPairs"),
    ("POST", "account_balances/"),
    ("POST", "open_orders/all/"),
    ("POST", "OpenPositions"),
    ("POST", "GetOpenOrders"),
    ("POST", "getordersnew"),
    ("POST", "auth/r/wallets"),
    ("POST", "supplement/user_info"),
    ("POST", "private/get-positions"),
    ("POST", "currentCoinBalance/EVERYTHING"),
]
# One or two of everything that ccxt declares and that changes something.
ACTING = [
    ("GET", "buy"),
    ("GET", "withdraw"),
    ("GET", "cancel_all_by_currency"),
    ("GET", "create_api_key"),
    ("GET", "submit_transfer_to_user"),
    ("GET", "change_api_key_name"),
    ("GET", "close_position"),
    ("POST", "order"),
    ("POST", "orders"),
    ("POST", "orderList/oco"),
    ("POST", "order/open"),
    ("POST", "trade"),
    ("POST", "AddOrder"),
    ("POST", "EditOrder"),
    ("POST", "PlaceLimitOrder"),
    ("POST", "auth/w/order/submit"),
    ("POST", "auth/w/transfer"),
    ("POST", "withdrawal_requests/get"),
    ("POST", "WithdrawInfo"),
    ("POST", "account/transfer"),
    ("POST", "fund/withdraw/new"),
    ("POST", "new_deposit_address"),
    ("POST", "broker/subAccountApi/ipRestriction/ipList"),
    ("POST", "sub-account/apikey/query"),
    ("POST", "positions/open"),
    ("POST", "account"),
    ("POST", "{id}"),
    ("POST", ""),
    ("PUT", "balance"),
    ("DELETE", "get_info"),
    ("PATCH", "info"),
    ("get", "balance"),
]


@pytest.mark.parametrize(("method", "name"), READING)
def test_a_name_that_asks_is_let_through(method, name):
    assert is_reading(method, name)


@pytest.mark.parametrize(("method", "name"), ACTING)
def test_a_name_that_acts_or_leaves_it_open_is_not(method, name):
    assert not is_reading(method, name)


@given(st.sampled_from(["withdraw", "transfer", "cancel", "create", "submit"]), st.text("abcdefgh_/-", max_size=12))
def test_nothing_beside_it_makes_an_acting_word_harmless(word, beside):
    for name in (f"{beside}/{word}", f"get_{word}_{beside}", f"{word}Info", f"balance/{word}s/{beside}"):
        assert not is_reading("GET", name)
        assert not is_reading("POST", name)


@pytest.mark.parametrize("id", sorted(directory().others))
def test_no_order_withdrawal_or_transfer_that_ccxt_declares_for_an_exchange_passes(id):
    names = {"create_order", "cancel_order", "cancel_orders", "cancel_all_orders", "withdraw", "transfer", "edit_order"}
    client = getattr(ccxt, id)()

    passed = [name for name in names for line in _called(client, name) if is_reading(*line) and line[0] != "GET"]

    assert passed == []


def _called(client, name):
    """Yield method and declared name of each endpoint that ccxt's own method of this name mentions."""
    kinds = [kind for kind in type(client).__mro__ if name in vars(kind) and kind.__name__ != "BaseExchange"]
    if not kinds:
        return
    mentioned = set(vars(kinds[0])[name].__code__.co_names)
    for kind in type(client).__mro__:
        for word, value in vars(kind).items():
            if word in mentioned and type(value).__name__ == "Entry":
                yield value.method, value.path
