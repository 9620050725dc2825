"""Two states of a repository are compared by meaning: whatever git holds, and never with a key."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from reconciler.engine.widening import turned
from reconciler.errors import InvalidConfig, NothingMatched, UsageError
from reconciler.kit.clock import SystemClock
from reconciler.sides import Wanted, compared

ROOT = Path(__file__).resolve().parents[1]
HISTORIES = yaml.safe_load((ROOT / "tests" / "sides" / "histories.yaml").read_text())


def git(folder, *arguments):
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder, message="a change"):
    git(folder, "add", "-A")
    git(folder, "commit", "--allow-empty", "-qm", message)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "connections.d", folder / "connections.d")
    git(tmp_path, "init", "-q", str(folder))
    commit(folder)
    return folder


def edit(folder, changes):
    for name, old, new in changes:
        path = folder / "connections.d" / name
        if new is None:
            path.unlink()
        elif old is None:
            source = path.parent.parent / "connections.d" / new.removeprefix("~")
            text = git_text(folder, source.name) if new.startswith("~") else new
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif old == "~bytes":
            path.write_bytes(path.read_bytes() + b"\n")
        elif old == "~api_key":
            path.write_text(re.sub(rf"({new}:\n\s+api_key: ENC\[AES256_GCM,data:)..", r"\1AA", path.read_text()))
        elif old == "~recipient":
            text, entry = path.read_text(), rf"\1- recipient: {new}\n\1  enc: x\n\1- recipient:"
            path.write_text(re.sub(r"( +)- recipient:", entry, text, count=1))
        else:
            text = path.read_text()
            assert old in text, f"{name} holds no {old!r}"
            path.write_text(text.replace(old, new, 1))


def git_text(folder, name):
    told = subprocess.run(
        ["git", "show", f"HEAD:connections.d/{name}"], cwd=folder, check=True, capture_output=True, text=True
    )
    return told.stdout


def meaning(comparison):
    return {
        f"{one.kind}/{one.name} {one.step}": [f"{part.direction} {part.path} {part.why}".strip() for part in one.parts]
        for one in comparison.differences
    }


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history["about"])
def test_a_change_means_what_it_does(history, repository):
    edit(repository, history.get("before", []))
    commit(repository)
    edit(repository, history["edit"])
    commit(repository)

    report = compared(Wanted(repository, "HEAD~1", "HEAD"), "diff", SystemClock())

    assert report.findings == ()
    assert meaning(report.comparison) == history["means"]


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history["about"])
def test_the_way_back_has_the_directions_turned(history, repository):
    edit(repository, history.get("before", []))
    commit(repository)
    edit(repository, history["edit"])
    commit(repository)

    there = compared(Wanted(repository, "HEAD~1", "HEAD"), "diff", SystemClock()).comparison
    back = compared(Wanted(repository, "HEAD", "HEAD~1"), "diff", SystemClock()).comparison

    assert parts(back) == {(kind, path, after, before, turned(way)) for kind, path, before, after, way in parts(there)}


def parts(comparison):
    return {
        (one.kind, part.path, repr(part.before), repr(part.after), part.direction)
        for one in comparison.differences
        for part in one.parts
    }


def test_there_are_sixty_histories_and_more():
    assert len(HISTORIES) >= 60
    assert len({history["about"] for history in HISTORIES}) == len(HISTORIES)


def test_without_a_head_the_files_as_they_are_now_are_compared(repository):
    edit(repository, [["mexc-spot-main.yaml", "markets: [spot]", "markets: [spot, futures]"]])

    report = compared(Wanted(repository, "HEAD"), "diff", SystemClock())

    assert list(meaning(report.comparison)) == ["Connection/mexc-spot-main changed"]
    assert report.comparison.head == "the working tree"


def test_two_folders_are_compared_like_two_revisions(repository, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(repository / "connections.d", other)
    path = other / "bindings.yaml"
    path.write_text(path.read_text().replace("riskLevel: balanced", "riskLevel: aggressive"))

    report = compared(Wanted(tmp_path, "config/connections.d", "other"), "diff", SystemClock())

    assert meaning(report.comparison) == {"StrategyBinding/spot-grid changed": ["wider spec.riskLevel may risk more"]}


def test_places_that_are_named_are_looked_for_on_each_side(repository, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(repository, other)
    edit(repository, [["mexc-spot-main.yaml", "markets: [spot]", "markets: [spot, futures]"]])

    report = compared(Wanted(repository, "../other", manifests=[Path("connections.d")]), "diff", SystemClock())

    assert meaning(report.comparison) == {
        "Connection/mexc-spot-main changed": ["wider spec.markets gains futures"],
    }


def test_no_place_outside_of_the_repository_can_be_named(repository):
    (repository / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Config\n")
    wanted = Wanted(repository, "HEAD", config=Path("reconciler.yaml"), manifests=[Path("../other")])

    with pytest.raises(UsageError, match="leads out"):
        compared(wanted, "diff", SystemClock())


def test_settings_that_are_named_make_their_folder_the_root_of_both_sides(repository):
    shutil.copytree(repository / "connections.d", repository / "envs" / "prod" / "connections.d")
    config = Path("envs/prod/reconciler.yaml")
    (repository / config).write_text("apiVersion: reconciler/v1\nkind: Config\n")
    commit(repository)
    path = repository / "envs" / "prod" / "connections.d" / "mexc-spot-main.yaml"
    path.write_text(path.read_text().replace("markets: [spot]", "markets: [spot, futures]"))

    report = compared(Wanted(repository, "HEAD", config=config), "diff", SystemClock())

    assert list(meaning(report.comparison)) == ["Connection/mexc-spot-main changed"]
    with pytest.raises(InvalidConfig):
        compared(Wanted(repository, "HEAD", config=Path("envs/prod/reconcyler.yaml")), "diff", SystemClock())


@pytest.mark.parametrize("name", ["base", "origin/main", "refs/heads/main", "HEAD^0", "{sha}"])
@pytest.mark.parametrize("from_ancestor", [False, True])
def test_no_folder_stands_in_for_the_revision_of_its_name(name, from_ancestor, repository):
    git(repository, "branch", "base")
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    sha = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, check=True, capture_output=True, text=True)
    folder = repository / name.format(sha=sha.stdout.strip())
    edit(repository, [["mexc-spot-main.yaml", "markets: [spot]", "markets: [spot, futures]"]])
    shutil.copytree(repository / "connections.d", folder / "connections.d")

    named = str(folder.relative_to(repository))

    with pytest.raises(UsageError, match="folder"):
        compared(Wanted(repository, named, from_ancestor=from_ancestor), "diff", SystemClock())

    assert meaning(compared(Wanted(repository, str(folder)), "diff", SystemClock()).comparison) == {}


def test_what_the_base_did_meanwhile_is_not_told_as_a_change_of_the_head(repository):
    git(repository, "checkout", "-q", "-b", "work")
    edit(repository, [["bindings.yaml", "riskLevel: balanced", "riskLevel: aggressive"]])
    commit(repository)
    git(repository, "checkout", "-q", "main")
    edit(repository, [["mexc-spot-main.yaml", "markets: [spot]", "markets: [spot, futures]"]])
    commit(repository)

    report = compared(Wanted(repository, "main", "work", from_ancestor=True), "diff", SystemClock())

    assert list(meaning(report.comparison)) == ["StrategyBinding/spot-grid changed"]


def test_a_head_with_mistakes_is_told_by_its_mistakes(repository):
    edit(repository, [["mexc-spot-main.yaml", "markets: [spot]", "markets: [sopt]"]])

    report = compared(Wanted(repository, "HEAD"), "diff", SystemClock())

    assert not report.is_valid
    assert "connections.d/mexc-spot-main.yaml:15:13" in {str(finding.location) for finding in report.findings}
    assert report.comparison is None


def test_what_cannot_be_read_of_the_base_counts_as_added_and_is_told(repository):
    edit(repository, [["bindings.yaml", "riskLevel: balanced", "riskLevel: [balanced"]])
    commit(repository)
    edit(repository, [["bindings.yaml", "riskLevel: [balanced", "riskLevel: balanced"]])

    comparison = compared(Wanted(repository, "HEAD"), "diff", SystemClock()).comparison

    assert meaning(comparison)["StrategyBinding/spot-grid added"][0].startswith("wider")
    assert [finding.location.file for finding in comparison.unread] == ["connections.d/bindings.yaml"]


def test_only_what_is_asked_for_is_compared_be_it_on_one_side_alone(repository):
    more = "apiVersion: reconciler/v1\nkind: StrategyBinding\nmetadata: {name: more}\n"
    spec = "spec: {connection: mexc-spot-main, strategy: grid, market: spot, pairs: [SOL/USDT]}\n"
    edit(
        repository,
        [["more.yaml", None, more + spec], ["bindings.yaml", "riskLevel: balanced", "riskLevel: aggressive"]],
    )

    report = compared(Wanted(repository, "HEAD", only=["more"]), "diff", SystemClock())

    assert list(meaning(report.comparison)) == ["StrategyBinding/more added"]


@pytest.mark.parametrize("name", ["nowhere", "--upload-pack=x", "HEAD~9", "-", "a\nb"])
def test_a_side_that_does_not_exist_is_a_wrong_command_line(name, repository):
    with pytest.raises(UsageError, match="no folder and no git revision"):
        compared(Wanted(repository, name), "diff", SystemClock())


def test_outside_of_git_only_folders_can_be_compared(tmp_path):
    with pytest.raises(UsageError, match="no git repository"):
        compared(Wanted(tmp_path, "main"), "diff", SystemClock())


def test_two_sides_without_a_manifest_are_nothing_to_compare(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()

    with pytest.raises(NothingMatched):
        compared(Wanted(tmp_path, "a", "b"), "diff", SystemClock())


def test_a_folder_of_the_repository_is_not_taken_for_a_branch_that_was_not_fetched(repository):
    shutil.copytree(repository / "connections.d", repository / "origin" / "main" / "connections.d")

    with pytest.raises(UsageError, match="no git revision"):
        compared(Wanted(repository, "origin/main"), "diff", SystemClock())

    report = compared(Wanted(repository, "./origin/main"), "diff", SystemClock())
    assert report.comparison.differences == ()
