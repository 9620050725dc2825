from __future__ import annotations

import errno
import os

import pytest

from reconciler.errors import GuardRefused, OperationalError
from reconciler.starting import writing
from reconciler.starting.writing import is_taken, make_root, write_new


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    assert write_new(tmp_path, "a/b/c.yaml", b"text")

    assert (tmp_path / "a/b/c.yaml").read_bytes() == b"text"
    assert [path.name for path in (tmp_path / "a/b").iterdir()] == ["c.yaml"]


def test_a_file_that_exists_stays_as_it_is(tmp_path):
    (tmp_path / "a.yaml").write_text("mine")

    assert is_taken(tmp_path, "a.yaml")
    assert not write_new(tmp_path, "a.yaml", b"ours")
    assert (tmp_path / "a.yaml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


def test_a_link_in_the_place_of_the_file_is_not_written_through(tmp_path):
    (tmp_path / "a.yaml").symlink_to(tmp_path / "elsewhere")

    assert is_taken(tmp_path, "a.yaml")
    assert not write_new(tmp_path, "a.yaml", b"ours")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["a/c.yaml", "a/b/c.yaml"])
def test_a_link_in_the_place_of_a_folder_is_refused(name, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a").symlink_to(tmp_path / "real")

    for attempt in (lambda: is_taken(tmp_path / "root", name), lambda: write_new(tmp_path / "root", name, b"x")):
        with pytest.raises(GuardRefused, match="is a link"):
            attempt()
    assert list((tmp_path / "real").iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "a").write_text("mine")

    with pytest.raises(GuardRefused, match="is no folder"):
        is_taken(tmp_path, "a/b.yaml")
    with pytest.raises(GuardRefused, match="is no folder"):
        write_new(tmp_path, "a/b.yaml", b"x")


def test_the_root_is_made_but_never_a_link(tmp_path):
    make_root(tmp_path / "new" / "root")
    (tmp_path / "link").symlink_to(tmp_path / "new")

    assert (tmp_path / "new" / "root").is_dir()
    with pytest.raises(GuardRefused, match="is a link"):
        make_root(tmp_path / "link")
    with pytest.raises(GuardRefused, match="is a link"):
        is_taken(tmp_path / "link", "a.yaml")


def test_nothing_remains_of_a_file_that_could_not_be_written(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(writing.os, "fsync", full)
        with pytest.raises(OperationalError, match="cannot be written: No space"):
            write_new(tmp_path, "a.yaml", b"text")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_system_without_hard_links_gets_its_files_too(is_there, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if is_there:
        (tmp_path / "a.yaml").write_text("mine")
    monkeypatch.setattr(writing.os, "link", refused)

    assert write_new(tmp_path, "a.yaml", b"ours") is not is_there
    assert (tmp_path / "a.yaml").read_text() == ("mine" if is_there else "ours")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OperationalError, match="cannot be"):
        make_root(tmp_path / "file" / "below")
