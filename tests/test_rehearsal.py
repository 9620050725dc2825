"""A run meets a simulator: a running one, or one of its own, and never an address off this machine."""

import json
import shutil
from pathlib import Path

import pytest

from reconciler.errors import GuardRefused, InvalidConfig
from reconciler.rehearsal import attached, declared, read_ready_file
from reconciler.values.rights import Right
from reconciler.wiring import read_workspace

ROOT = Path(__file__).parents[1]


@pytest.fixture
def repository(tmp_path):
    shutil.copytree(ROOT / "connections.d", tmp_path / "connections.d")
    return tmp_path


def test_a_simulator_knows_each_declared_key_with_its_declared_rights(repository):
    keys, address = declared([Path("connections.d")], cwd=repository, environ={})

    rights = {key["name"]: key["rights"] for key in keys}
    assert rights["mexc-spot-main"] == {Right.READ, Right.TRADE_SPOT}
    assert rights["kucoin-futures-conservative"] == {Right.READ, Right.TRADE_FUTURES}
    assert len(rights) == 4
    assert address == "203.0.113.10"


def test_a_key_that_serves_two_connections_is_one_key_with_the_rights_of_both(repository):
    text = (repository / "connections.d" / "mexc-spot-main.yaml").read_text()
    second = text.replace("mexc-spot-main", "mexc-futures-main").replace("markets: [spot]", "markets: [futures]")
    (repository / "connections.d" / "second.yaml").write_text(second)

    keys, _ = declared([Path("connections.d")], cwd=repository, environ={})

    assert len(keys) == 4
    assert {Right.READ, Right.TRADE_SPOT, Right.TRADE_FUTURES} in [key["rights"] for key in keys]


def test_invalid_manifests_declare_no_key(repository):
    (repository / "connections.d" / "broken.yaml").write_text("kind: [")

    with pytest.raises(InvalidConfig, match=r"broken\.yaml"):
        declared([Path("connections.d")], cwd=repository, environ={})


def test_a_run_without_a_simulator_starts_its_own(repository):
    workspace = read_workspace(cwd=repository, environ={})

    with attached(workspace, {}) as urls:
        assert set(urls) == {"mexc", "kucoin"}
        assert all(url.startswith("http://127.0.0.1:") for url in urls.values())


def test_a_variant_of_an_exchange_is_simulated_under_its_own_id(repository):
    path = repository / "connections.d" / "kucoin-futures-conservative.yaml"
    path.write_text(path.read_text().replace("exchange: kucoin", "exchange: kucoinfutures"))
    workspace = read_workspace(cwd=repository, environ={})

    with attached(workspace, {}) as urls:
        assert set(urls) == {"mexc", "kucoin", "kucoinfutures"}


def test_a_run_over_live_connections_starts_none(repository):
    for path in (repository / "connections.d").glob("*.yaml"):
        path.write_text(path.read_text().replace("environment: simulator", "environment: live"))

    with attached(read_workspace(cwd=repository, environ={}), {}) as urls:
        assert urls == {}


def test_a_running_simulator_is_found_by_its_ready_file(repository):
    ready = repository / "ready.json"
    ready.write_text(json.dumps({"exchanges": {"mexc": "http://127.0.0.1:4001"}, "control": "http://127.0.0.1:4000"}))

    with attached(read_workspace(cwd=repository, environ={}), {"RECONCILE_SIMULATOR": str(ready)}) as urls:
        assert urls == {"mexc": "http://127.0.0.1:4001"}


@pytest.mark.parametrize("host", ["203.0.113.9", "mexc.example", "[2001:db8::1]"])
def test_a_ready_file_cannot_send_a_key_off_this_machine(tmp_path, host):
    (tmp_path / "ready.json").write_text(json.dumps({"exchanges": {"mexc": f"http://{host}:80"}}))

    with pytest.raises(GuardRefused):
        read_ready_file(tmp_path / "ready.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"exchanges": 1}', '{"exchanges": {"mexc": 1}}', "not json"])
def test_a_file_that_is_no_ready_file_says_how_to_get_one(tmp_path, text):
    (tmp_path / "ready.json").write_text(text)

    with pytest.raises(InvalidConfig) as caught:
        read_ready_file(tmp_path / "ready.json")

    assert "--ready-file" in caught.value.hint
