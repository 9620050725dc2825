"""The composition root finds every plug-in by its folder and opens for writing only to apply."""

import asyncio
from pathlib import Path

import pytest

from reconciler.engine.order import Mode, Order
from reconciler.errors import NothingMatched
from reconciler.kit import discover
from reconciler.wiring import (
    directory,
    exchanges,
    known,
    open_store,
    owner,
    read_workspace,
    reconciler,
    rules,
    secret_providers,
)

MANIFEST = """\
apiVersion: reconciler/v1
kind: Connection
metadata: {name: main}
spec: {exchange: mexc, markets: [spot], credentials: {sops: secrets/a.sops.yaml, key: main}}
"""


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "connections.d").mkdir()
    (tmp_path / "connections.d" / "main.yaml").write_text(MANIFEST)
    return read_workspace(cwd=tmp_path, environ={})


def test_every_plug_in_of_a_folder_is_known_to_the_grammar():
    told = known()

    assert set(told.exchanges) == set(exchanges())
    assert set(exchanges()) == {*discover.names("reconciler.exchanges"), *directory().variants, *directory().others}
    assert set(told.refused) == set(directory().refused)
    assert set(told.schemes) == set(discover.names("reconciler.secrets")) == set(secret_providers({}))
    assert told.drivers == set(discover.names("reconciler.platforms"))


def test_the_rule_without_a_switch_cannot_be_named_in_a_policy():
    assert "no-withdraw" in {rule.id for rule in rules()}
    assert "no-withdraw" not in known().rules


def test_a_folder_without_manifests_matches_nothing(tmp_path):
    with pytest.raises(NothingMatched):
        read_workspace(cwd=tmp_path, environ={})


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NothingMatched, match="there is no nowhere"):
        read_workspace(cwd=tmp_path, environ={}, manifests=[Path("nowhere")])


def test_from_a_folder_further_down_the_right_one_is_named(workspace, tmp_path):
    with pytest.raises(NothingMatched) as caught:
        read_workspace(cwd=tmp_path / "connections.d", environ={})

    assert caught.value.hint == f"run it from {tmp_path}, where the manifests are"


def test_named_manifests_are_a_selection(workspace, tmp_path):
    named = read_workspace(cwd=tmp_path, environ={}, manifests=[Path("connections.d/main.yaml")])

    assert (workspace.is_selection, named.is_selection) == (False, True)
    assert named.around().is_selection


@pytest.mark.parametrize("mode", [Mode.TEST, Mode.PLAN])
def test_only_an_apply_opens_anything_for_writing(workspace, mode):
    before = sorted(workspace.root.rglob("*"))

    report = asyncio.run(reconciler(workspace, Order("x", mode), {}, None).run(Order("x", mode)))

    assert [one.status for one in report.connections] == ["Unverified"]
    assert sorted(workspace.root.rglob("*")) == before


def test_an_apply_leaves_private_files(workspace):
    order = Order("run", Mode.APPLY, confirm=lambda report: True)

    asyncio.run(reconciler(workspace, order, {}, None).run(order))

    files = [path for path in (workspace.root / ".reconciler").iterdir() if path.is_file()]
    assert {path.name for path in files} >= {"key", "platform.db", "state.db"}
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    assert asyncio.run(open_store(workspace, read_only=True).last_report()) is not None


def test_the_owner_of_a_change_names_user_host_and_process():
    assert "@" in owner()
    assert "pid" in owner()
    assert owner() == owner()


def test_two_processes_of_one_name_and_number_are_two_owners():
    assert owner() != owner.__wrapped__()


def test_the_host_key_stays_in_the_ignored_folder_wherever_the_databases_are(tmp_path, workspace):
    (tmp_path / "data").mkdir()
    (tmp_path / "reconciler.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Config\nstore: {path: data/state.db}\nplatform: {path: data/platform.db}\n"
    )
    order = Order("run", Mode.APPLY, confirm=lambda report: True)

    asyncio.run(reconciler(read_workspace(cwd=tmp_path, environ={}), order, {}, None).run(order))

    assert (tmp_path / ".reconciler" / "key").is_file()
    assert (tmp_path / ".reconciler" / ".gitignore").read_text() == "*\n"
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"state.db", "platform.db"}
    assert "key" not in {path.name for path in (tmp_path / "data").iterdir()}
