from __future__ import annotations

import os
import stat

import pytest

from reconciler.errors import StoreError
from reconciler.kit import files


def test_a_new_file_is_whole_and_private(tmp_path):
    path = tmp_path / "a"

    assert files.write_new(path, b"one")

    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"one", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    path = tmp_path / "a"
    files.write_new(path, b"one")

    assert not files.write_new(path, b"two")

    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_without_hard_links_a_new_file_is_written_all_the_same(tmp_path, monkeypatch):
    def refuse(*arguments: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "a"

    assert (files.write_new(path, b"one"), files.write_new(path, b"two")) == (True, False)
    assert path.read_bytes() == b"one"


def test_writing_replaces_the_whole_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"something longer")

    files.write(path, b"two")

    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_folder_is_made_private_and_ignored_by_git_and_an_old_one_is_left(tmp_path):
    old = tmp_path / "old"
    old.mkdir(mode=0o755)

    files.make_private_folder(old)
    files.make_private_folder(tmp_path / "new")

    assert list(old.iterdir()) == []
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert (tmp_path / "new" / ".gitignore").read_text() == "*\n"


def test_a_private_file_is_there_and_an_absent_one_is_not(tmp_path):
    files.write_new(tmp_path / "a", b"")

    assert files.is_there(tmp_path / "a", StoreError)
    assert not files.is_there(tmp_path / "b", StoreError)
    assert not files.is_there(tmp_path / "a" / "below", StoreError)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o601])
def test_a_file_that_others_may_touch_is_refused(tmp_path, mode):
    files.write_new(tmp_path / "a", b"")
    (tmp_path / "a").chmod(mode)

    with pytest.raises(StoreError, match="others may read or write it"):
        files.is_there(tmp_path / "a", StoreError)


def test_a_link_is_refused_even_where_it_leads_nowhere(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")

    with pytest.raises(StoreError, match="is a link"):
        files.is_there(tmp_path / "a", StoreError)


def test_a_shared_file_has_the_mode_that_the_mask_leaves_and_keeps_its_own(tmp_path):
    path = tmp_path / "a"

    before = os.umask(0o022)
    files.write_shared(path, b"one")
    os.umask(before)
    first = stat.S_IMODE(path.stat().st_mode)
    path.chmod(0o640)
    files.write_shared(path, b"two")

    assert (first, stat.S_IMODE(path.stat().st_mode)) == (0o644, 0o640)
    assert path.read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_what_a_link_leads_to_is_never_written(tmp_path):
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "a").symlink_to(tmp_path / "victim")

    files.write_shared(tmp_path / "a", b"one")

    assert (tmp_path / "victim").read_bytes() == b"mine"
