from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from reconciler.errors import GuardRefused
from reconciler.sealed import agefile
from reconciler.starting.identity import Reader
from reconciler.starting.repository import Pipeline, Wish, begin, check_places, files
from reconciler.starting.sample import sample

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def wish(tmp_path):
    return Wish(tmp_path / "keys", sample("kucoin"), Pipeline.BOTH, NOON)


@pytest.fixture(scope="module")
def reader():
    return Reader((agefile.generate()[1],))


def written(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_file_is_written_and_told(wish, reader):
    told = list(begin(wish, reader))

    assert {one.name for one in told} == written(wish.root) == {file.name for file in files(wish, reader)}
    assert all(one.is_new and not one.note for one in told)


def test_a_second_time_changes_nothing(wish, reader):
    list(begin(wish, reader))
    before = {name: (wish.root / name).read_bytes() for name in written(wish.root)}

    told = list(begin(wish, reader))

    assert not any(one.is_new for one in told)
    assert {name: (wish.root / name).read_bytes() for name in written(wish.root)} == before


def test_what_is_missing_is_added_and_what_is_there_is_left_alone(wish, reader):
    wish.root.mkdir()
    (wish.root / ".gitignore").write_text("mine\n")

    told = {one.name: one for one in begin(wish, reader)}

    assert (wish.root / ".gitignore").read_text() == "mine\n"
    assert told[".gitignore"].note == "add the line .reconciler/"
    assert told["reconciler.yaml"].is_new


def test_an_ignored_folder_needs_no_note(wish, reader):
    wish.root.mkdir()
    (wish.root / ".gitignore").write_text("*.pyc\n.reconciler/\n")

    assert {one.note for one in begin(wish, reader)} == {""}


def test_no_example_is_added_to_manifests_of_ones_own(wish, reader):
    (wish.root / "connections.d").mkdir(parents=True)
    (wish.root / "connections.d" / "mine.yaml").write_text("kind: Policy\n")

    names = {one.name for one in begin(wish, reader)}

    assert not any(name.startswith("connections.d/") for name in names)
    assert "reconciler.yaml" in names


@pytest.mark.parametrize("place", ["connections.d", "connections.d/secrets", ".github", "schemas"])
def test_a_link_on_the_way_stops_everything_before_anything_is_written(place, wish, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (wish.root / place).parent.mkdir(parents=True)
    (wish.root / place).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(GuardRefused, match="is a link"):
        check_places(wish)


@pytest.mark.parametrize("pipeline", Pipeline)
def test_only_the_pipelines_that_were_asked_for_are_written(pipeline, wish, reader):
    names = {file.name for file in files(Wish(wish.root, wish.sample, pipeline, NOON), reader)}

    assert (".github/workflows/reconcile.yml" in names) is (pipeline is not Pipeline.GITLAB)
    assert (".gitlab-ci.yml" in names) is (pipeline is not Pipeline.GITHUB)


def test_pipelines_give_a_secret_to_the_protected_branch_alone(wish, reader):
    list(begin(wish, reader))

    jobs = yaml.safe_load((wish.root / ".github/workflows/reconcile.yml").read_text())["jobs"]
    assert "secrets" not in str(jobs["validate"])
    assert "github.ref_protected" in jobs["plan"]["if"]
    assert jobs["apply"]["needs"] == "plan"
    assert all(job["permissions"] == {"contents": "read"} for job in jobs.values())
    assert all(job["environment"].startswith("reconcile-") for name, job in jobs.items() if name != "validate")
    lab = yaml.safe_load((wish.root / ".gitlab-ci.yml").read_text())
    assert all('CI_COMMIT_REF_PROTECTED == "true"' in lab[name]["rules"][0]["if"] for name in ("plan", "apply"))


def test_every_action_is_pinned_to_a_commit(wish, reader):
    list(begin(wish, reader))

    jobs = yaml.safe_load((wish.root / ".github/workflows/reconcile.yml").read_text())["jobs"]
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(len(name.partition("@")[2]) == 40 for name in used)


def test_no_secret_stands_in_clear(wish, reader):
    list(begin(wish, reader))

    text = (wish.root / "connections.d/secrets/kucoin.sops.yaml").read_text()
    values = yaml.safe_load(text)["main"]
    assert values.keys() == {"api_key", "secret", "passphrase"}
    assert all(value.startswith("ENC[AES256_GCM,") for value in values.values())
    assert reader.recipients[0] in text
