from __future__ import annotations

import pytest
from pydantic import ValidationError

from reconciler.documents import schema, shapes
from reconciler.documents.binding import StrategyBinding
from reconciler.documents.config import Config
from reconciler.documents.connection import Connection
from reconciler.manifests.check import check
from reconciler.manifests.wording import _WORDINGS, Complaint, worded

CANARY = "CANARY-5f0e8b7a"


def said(model, data, known):
    return [f"{one.rule}: {one.message}; {one.remedy}" for one in check(model, data, known)[1]]


@pytest.mark.parametrize("word", ["withdraw", "Withdraw", "withdrawal", "WITHDRAWALS", "withdraw_funds"])
def test_withdraw_is_answered_with_the_reason(word, known):
    data = {"spec": {"permissions": ["read", word]}}

    (answer,) = [one for one in check(Connection, data, known)[1] if one.rule == "withdraw-permission"]

    assert "no switch" in answer.message
    assert "disable withdrawal" in answer.remedy
    assert answer.path == ("spec", "permissions", 1)


def test_a_near_miss_is_told_the_word_it_was_meant_to_be(known):
    assert 'schema: "market" has no such value; did you mean "futures"?' in said(
        StrategyBinding, {"spec": {"market": "fututes"}}, known
    )


def test_a_near_miss_of_an_exchange_is_told_the_id_and_anything_else_where_they_are_listed(known):
    assert 'exchange: no such exchange; did you mean "kucoin"?' in said(
        Connection, {"spec": {"exchange": "kucoim"}}, known
    )
    assert "exchange: no such exchange; use an id that is listed by: reconcile explain exchanges" in said(
        Connection, {"spec": {"exchange": "zzz"}}, known
    )


@pytest.mark.parametrize(
    ("model", "data"),
    [(Connection, {"spec": {"exchange": "walletex"}}), (Config, {"exchanges": {"walletex": {"baseUrl": None}}})],
)
def test_a_refused_exchange_is_told_why(model, data, known):
    assert "exchange: Walletex wants the private key of a wallet; see: reconcile explain exchanges" in said(
        model, data, known
    )


def test_a_word_where_a_list_belongs_is_shown_how_lists_are_written(known):
    assert 'schema: "markets" must be a list; write a list: [one, two]' in said(
        Connection, {"spec": {"markets": "spot"}}, known
    )


def test_a_secret_in_clear_is_told_what_to_do_about_the_leak(known):
    (answer,) = [one for one in check(Connection, {"spec": {"credentials": CANARY}}, known)[1] if "secret" in one.rule]

    assert answer.remedy.startswith("it may have leaked: replace the key at the exchange")
    assert "reconcile secrets set" in answer.remedy
    assert CANARY not in answer.remedy


def test_a_number_where_text_belongs_is_to_be_quoted(known):
    data = {"spec": {"marginLimit": {"amount": 500, "currency": "USDT"}}}

    assert 'schema: "amount" must be text; put it into quotes' in said(StrategyBinding, data, known)


def test_a_name_of_the_users_own_is_not_shown(known):
    data = {"metadata": {"name": "a", "labels": {CANARY: 5}}}

    assert "schema: this must be text; put it into quotes" in said(Connection, data, known)


def patterns(node: object) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(patterns, node))
    if not isinstance(node, dict):
        return set()
    own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
    return own.union(*map(patterns, node.values()), node.get("patternProperties", {}))


def test_every_pattern_of_the_models_has_words(known):
    spoken = set().union(*(patterns(schema.schema(word, known)) for word in schema.MODELS))

    # Spot and futures pairs have words of their own where market and pairs are compared.
    assert {one.removesuffix(r"(?!\n)") for one in spoken} - {shapes.SPOT_PAIR, shapes.FUTURES_PAIR} <= set(
        shapes.WORDS
    )


def test_a_complaint_nobody_foresaw_is_told_without_its_text(known):
    mistake = worded(Complaint("something_new", ("spec",), CANARY, {"error": CANARY}, CANARY, Connection, known))

    assert mistake.rule == "schema"
    assert CANARY not in str(mistake)


@pytest.mark.parametrize("value", [CANARY, 5500881, [CANARY], {CANARY: CANARY}, {"sops": {CANARY: 1}}, True, 1.5])
@pytest.mark.parametrize("field", ["apiKey", "secret", "passphrase"])
def test_whatever_stands_for_a_secret_is_never_repeated(field, value, known):
    reference = {"age": "a.age"}
    data = {"spec": {"exchange": "kucoin", "credentials": dict.fromkeys(("apiKey", "secret", "passphrase"), reference)}}
    data["spec"]["credentials"][field] = value

    told = [line for line in said(Connection, data, known) if line.startswith("secret-")]

    assert told
    assert CANARY not in str(told)
    assert "5500881" not in str(told)


def test_every_wording_is_of_an_error_the_models_can_raise(known):
    # The names are pydantic's; a new release could rename them, and its own texts repeat values.
    data = {"apiVersion": 1, "kind": "x", "metadata": [], "spec": {"markets": "spot", "permissions": [], "x": 1}}
    with pytest.raises(ValidationError) as caught:
        Connection.model_validate(data, context=known)

    assert {error["type"] for error in caught.value.errors()} <= set(_WORDINGS)
