"""A revision is read as its files would be, and git does nothing else on the way."""

from __future__ import annotations

import os
import subprocess

import pytest

from reconciler.errors import OperationalError, UsageError
from reconciler.manifests import files
from reconciler.manifests.git import Revision, common_ancestor, is_revision
from reconciler.manifests.mistakes import Mark
from reconciler.manifests.tree import Folder


def git(folder, *arguments):
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    for name in (
        "d/b.yaml",
        "d/a.yml",
        "d/sub/c.yaml",
        "d/sub/.hidden/x.yaml",
        "d/.x.yaml",
        "d/secrets/kucoin.yaml",
        "d/kucoin.sops.yaml",
        "d/key.age",
        "d/notes.md",
        "d/ü\nneu.yaml",
        "reconciler.yaml",
        "elsewhere/e.yaml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"a: {name!r}\n")
    (tmp_path / "d" / "link.yaml").symlink_to("b.yaml")
    (tmp_path / "d" / "folder").symlink_to("../elsewhere")
    (tmp_path / "d" / "readme").symlink_to("notes.md")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


PLACES = [
    ["d"],
    ["d/sub", "d/b.yaml"],
    ["."],
    ["nowhere"],
    ["d", "nowhere"],
    ["d/link.yaml"],
    ["d/secrets"],
    ["d/folder"],
]


@pytest.mark.parametrize("places", PLACES, ids=str)
def test_a_revision_finds_what_the_folder_would(places, repository):
    paths = [repository / place for place in places]

    found = Revision(repository, "HEAD").find(paths)

    assert found == Folder(repository).find(paths)
    assert found or places == ["nowhere"]


def test_what_a_revision_holds_is_read_as_it_was(repository):
    revision = Revision(repository, "HEAD")
    (repository / "d" / "b.yaml").write_text("changed since\n")

    assert revision.read(repository / "d" / "b.yaml") == b"a: 'd/b.yaml'\n"
    assert revision.exists(repository / "d")
    assert not revision.exists(repository / "x")


def test_links_and_missing_files_are_marked_and_not_read(repository):
    revision = Revision(repository, "HEAD")

    assert isinstance(revision.read(repository / "d" / "link.yaml"), Mark)
    assert isinstance(revision.read(repository / "d" / "none.yaml"), Mark)
    assert revision.leaves(repository / "d" / "folder" / "e.yaml")
    assert not revision.leaves(repository / "d" / "b.yaml")


def test_a_file_that_is_too_large_is_not_read(repository, monkeypatch):
    monkeypatch.setattr("reconciler.manifests.git.MAX_BYTES", 3)

    told = Revision(repository, "HEAD").read(repository / "d" / "b.yaml")

    assert isinstance(told, Mark)
    assert told.rule == "size"


def test_a_folder_within_the_repository_can_be_the_root(repository):
    revision = Revision(repository / "d", "HEAD")

    assert [one.shown for one in revision.find([repository / "d" / "sub"])] == ["sub/c.yaml"]


def test_a_submodule_is_told_and_not_passed_over(repository):
    sha = git(repository, "rev-parse", "HEAD")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{sha},d/module")
    git(repository, "commit", "-qm", "two")

    found = Revision(repository, "HEAD").find([repository / "d"])

    assert [one.mark.message for one in found if one.shown == "d/module"] == [
        "a submodule, which is no part of a revision"
    ]


@pytest.mark.parametrize("name", ["-h", "--help", "", " ", "nowhere", "HEAD:d", "HEAD^{tree}", "x" * 300])
def test_a_name_that_is_no_commit_is_a_wrong_command_line(name, repository):
    with pytest.raises(UsageError, match="no git revision"):
        Revision(repository, name)


def test_the_ancestor_of_two_branches_is_where_they_parted(repository):
    start = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-q", "-b", "work")
    git(repository, "commit", "-q", "--allow-empty", "-m", "w")
    git(repository, "checkout", "-q", "main")
    git(repository, "commit", "-q", "--allow-empty", "-m", "m")

    assert common_ancestor(repository, "main", "work") == start


def test_revisions_without_a_common_ancestor_are_told(repository):
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-q", "-m", "o")

    with pytest.raises(UsageError, match="no common ancestor"):
        common_ancestor(repository, "main", "alone")


def test_nothing_that_a_repository_brings_is_run(repository, tmp_path_factory):
    """A hook, a filter, a monitor and a pager of the repository's own, each of which would leave a trace."""
    trace = tmp_path_factory.mktemp("trace") / "ran"
    program = repository / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "filter.trap.smudge", "filter.trap.process"):
        git(repository, "config", name, str(program))
    git(repository, "config", "diff.trap.textconv", str(program))
    (repository / ".gitattributes").write_text("*.yaml filter=trap diff=trap\n")
    for hook in ("post-checkout", "reference-transaction"):
        (repository / ".git" / "hooks").mkdir(exist_ok=True)
        (repository / ".git" / "hooks" / hook).symlink_to(program)

    revision = Revision(repository, "HEAD")
    revision.find([repository / "d"])

    assert not trace.exists()


def test_an_object_that_is_missing_is_not_fetched(repository, tmp_path_factory):
    """A partial clone whose promisor is a program: asking it for an object would leave a trace."""
    trace = tmp_path_factory.mktemp("trace") / "ran"
    blob = git(repository, "rev-parse", "HEAD:d/b.yaml")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    git(repository, "config", "core.repositoryFormatVersion", "1")
    git(repository, "config", "extensions.partialClone", "origin")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "remote.origin.url", f"ext::sh -c touch% {trace}")
    git(repository, "config", "protocol.ext.allow", "always")

    revision = Revision(repository, "HEAD")
    revision.find([repository / "d"])

    assert isinstance(revision.read(repository / "d" / "b.yaml"), Mark)
    assert revision.read(repository / "d" / "a.yml") == b"a: 'd/a.yml'\n"
    assert not trace.exists()


def test_the_environment_cannot_lead_git_elsewhere(repository, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path_factory.mktemp("other")))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.repositoryFormatVersion")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "99")

    assert Revision(repository, "HEAD").exists(repository / "d" / "b.yaml")


def test_git_that_waits_for_a_pipe_is_ended(repository, monkeypatch):
    os.mkfifo(repository / "pipe")
    with (repository / ".git" / "config").open("a") as file:
        file.write(f"[include]\n\tpath = {repository / 'pipe'}\n")
    monkeypatch.setattr("reconciler.manifests.git._SECONDS", 0.2)

    with pytest.raises(OperationalError, match="did not end"):
        Revision(repository, "HEAD")


@pytest.mark.parametrize("names", [("--all", "HEAD"), ("HEAD", "--fork-point"), ("HEAD", "nowhere")])
def test_no_option_is_taken_for_a_revision(names, repository):
    with pytest.raises(UsageError, match="no git revision"):
        common_ancestor(repository, *names)


def test_a_name_is_a_revision_or_it_is_not(repository, tmp_path_factory):
    assert is_revision(repository, "HEAD")
    assert not is_revision(repository, "d")
    assert not is_revision(tmp_path_factory.mktemp("none"), "HEAD")


def test_without_git_it_says_what_to_install(repository, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)

    with pytest.raises(OperationalError, match="git could not be run"):
        Revision(repository, "HEAD")


def test_the_limits_of_files_and_revisions_are_the_same():
    from reconciler.manifests import git as module

    assert module.MAX_BYTES == files.MAX_BYTES
