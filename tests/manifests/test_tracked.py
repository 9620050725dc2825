import subprocess

import pytest

from reconciler.manifests.tracked import tracked, walked


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    for name in ("a.yaml", "deep/keys.txt", "deep/er/keys.txt", "ungarnished.txt", ".env"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    git(tmp_path, "add", "a.yaml", "deep")
    return tmp_path


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_what_was_added_is_tracked_and_nothing_else(version, repository):
    git(repository, "update-index", "--index-version", version)

    assert tracked(repository) == ["a.yaml", "deep/er/keys.txt", "deep/keys.txt"]


def test_an_entry_that_is_only_meant_to_be_added_is_tracked_too(repository):
    git(repository, "add", "--intent-to-add", ".env")

    assert tracked(repository) == [".env", "a.yaml", "deep/er/keys.txt", "deep/keys.txt"]


def test_below_a_folder_of_the_repository_only_its_own_files_count(repository):
    assert tracked(repository / "deep") == ["er/keys.txt", "keys.txt"]


def test_names_are_read_with_the_longer_ids_as_well(tmp_path):
    git(tmp_path, "init", "-q", "--object-format=sha256")
    (tmp_path / "keys.txt").write_text("x")
    git(tmp_path, "add", "keys.txt")

    assert tracked(tmp_path) == ["keys.txt"]


def test_without_git_it_cannot_be_said(tmp_path):
    assert tracked(tmp_path) is None


@pytest.mark.parametrize("data", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\5", b"DIRC\0\0\0\4\xff\xff\xff\xff" + b"\0" * 200])
def test_a_broken_index_says_nothing(data, repository):
    (repository / ".git" / "index").write_bytes(data)

    assert tracked(repository) is None


def test_an_index_that_leads_elsewhere_says_nothing(repository):
    git(repository, "update-index", "--split-index")

    assert tracked(repository) is None


def test_a_walk_leaves_out_what_is_hidden_and_what_others_install(tmp_path):
    for name in ("b.txt", ".env", ".git/x", "node_modules/x", "a/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")

    assert list(walked(tmp_path, 10)) == [".env", "b.txt", "a/c.txt"]
    assert len(list(walked(tmp_path, 1))) == 1
