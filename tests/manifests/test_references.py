from __future__ import annotations

import pytest


def lines(findings):
    return [f"{one.rule} {one.location} {one.remedy}" for one in findings]


def test_a_binding_to_its_connection_is_fine(loaded, connection, binding):
    assert loaded(connection, binding).findings == ()
    assert loaded(binding, connection).findings == ()


def test_a_binding_to_no_connection_is_told_with_a_near_name(loaded, connection, binding):
    findings = loaded(connection, binding.replace("mexc-spot-main", "mexc-spot-mian")).findings

    assert lines(findings) == ['reference connections.d/001.yaml:5:15 did you mean "mexc-spot-main"?']


def test_a_binding_to_a_broken_connection_is_no_second_mistake(loaded, connection, binding):
    findings = loaded(connection.replace("exchange: mexc", "exchange: x"), binding).findings

    assert [one.rule for one in findings] == ["exchange"]


def test_a_binding_to_a_connection_that_breaks_off_is_no_second_mistake(loaded, connection, binding):
    assert [one.rule for one in loaded(connection + "  x: [\n", binding).findings] == ["syntax"]


def test_a_market_that_the_connection_is_not_for_is_told_with_the_place_of_its_markets(loaded, connection, binding):
    futures = binding.replace("market: spot", "market: futures").replace("BTC/USDT", "BTC/USDT:USDT")

    (finding,) = loaded(connection, futures).findings

    assert (finding.rule, str(finding.location)) == ("market", "connections.d/001.yaml:7:11")
    assert "connections.d/000.yaml:6:12" in finding.remedy


def test_a_broken_binding_is_still_checked_against_its_connection(loaded, connection, binding):
    wrong = binding.replace("mexc-spot-main", "other").replace("strategy: grid", "strategy: 5")

    assert {one.rule for one in loaded(connection, wrong).findings} == {"schema", "reference"}


def test_two_documents_of_one_name_are_told_with_both_places(loaded, connection):
    findings = loaded(connection, f"{connection}---\n{connection}").findings

    assert [str(one.location) for one in findings] == ["connections.d/001.yaml:3:18", "connections.d/001.yaml:11:18"]
    assert all("connections.d/000.yaml:3:18" in one.message for one in findings)


def test_documents_of_two_kinds_may_share_a_name(loaded, connection, binding):
    assert loaded(connection, binding.replace("spot-grid", "mexc-spot-main")).findings == ()


def test_a_broken_document_holds_its_name_too(loaded, connection):
    findings = loaded(connection.replace("exchange: mexc", "exchange: x"), connection).findings

    assert [one.rule for one in findings] == ["exchange", "duplicate-name"]


def test_many_broken_references_are_all_told(loaded, binding):
    many = "---\n".join(binding.replace("spot-grid", f"grid-{n}") for n in range(50))

    assert [one.rule for one in loaded(many).findings] == ["reference"] * 50


def test_a_rename_names_a_name_that_nobody_has_any_more(loaded, connection):
    other = connection.replace("{name: mexc-spot-main}", "{name: other, movedFrom: mexc-spot-main}")

    (finding,) = loaded(connection, other).findings

    assert finding.rule == "moved-from"
    assert 'a Connection named "mexc-spot-main" is still declared' in finding.message


def test_two_documents_cannot_come_from_one_name(loaded, connection):
    texts = [connection.replace("{name: mexc-spot-main}", f"{{name: {name}, movedFrom: old}}") for name in ("a", "b")]

    (finding,) = loaded(*texts).findings

    assert finding.rule == "moved-from"
    assert "came from the same name already" in finding.message


READER = """\
apiVersion: reconciler/v1
kind: Connection
metadata: {name: testex-reader}
spec:
  exchange: testex
  markets: [spot]
  permissions: [read]
  credentials: {sops: secrets/testex.sops.yaml, key: reader}
"""
SUB = READER.replace("testex-reader", "testex-sub") + "  proof: {listedBy: testex-reader}\n"


def test_a_key_that_is_listed_by_one_of_the_same_exchange_is_fine(loaded):
    assert loaded(READER, SUB).findings == ()
    assert loaded(SUB, READER).findings == ()


def test_a_key_that_is_listed_by_nobody_known_is_told_with_a_near_name(loaded):
    findings = loaded(READER, SUB.replace("listedBy: testex-reader", "listedBy: testex-raeder")).findings

    assert lines(findings) == ['reference connections.d/001.yaml:9:21 did you mean "testex-reader"?']


@pytest.mark.parametrize(
    ("reader", "listed_by", "says"),
    [
        (READER, "testex-sub", "cannot list its own key"),
        (READER.replace("exchange: testex", "exchange: mexc"), "testex-reader", "at another exchange"),
        (READER + "  environment: simulator\n", "testex-reader", "in another environment"),
        (READER + "  proof: {listedBy: testex-sub}\n", "testex-reader", "is listed by another itself"),
    ],
)
def test_a_key_that_another_cannot_list_is_told_why(loaded, reader, listed_by, says):
    findings = loaded(reader, SUB.replace("listedBy: testex-reader", f"listedBy: {listed_by}")).findings

    told = [one for one in findings if str(one.location) == "connections.d/001.yaml:9:21"]
    assert [one.rule for one in told] == ["proof"]
    assert says in told[0].message
    assert "read-only key of the main account" in told[0].remedy


def test_a_key_that_is_listed_by_a_broken_connection_is_no_second_mistake(loaded):
    assert [one.rule for one in loaded(READER + "  x: 1\n", SUB).findings] == ["unknown-field"]
    assert [one.rule for one in loaded(READER, SUB + "  x: 1\n").findings] == ["unknown-field"]
