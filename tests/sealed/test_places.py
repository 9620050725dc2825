"""Files are written whole, for their owner alone, and never through a link."""

from __future__ import annotations

import stat
import threading

import pytest

from reconciler.errors import GuardRefused, OperationalError
from reconciler.sealed import places


def test_a_file_is_written_for_its_owner_alone(tmp_path):
    places.write_whole(tmp_path / "a", b"x")

    assert (tmp_path / "a").read_bytes() == b"x"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_existing_file_is_replaced_and_its_mode_narrowed(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o644)

    places.write_whole(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_link_is_not_written_through(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(GuardRefused):
        places.write_whole(tmp_path / "link", b"new")

    assert (tmp_path / "target").read_bytes() == b"old"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises((OperationalError, GuardRefused)):
        places.write_whole(tmp_path / "nowhere" / "a", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(GuardRefused):
        places.write_whole(tmp_path / "folder", b"x")

    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_cannot_be_made_where_a_file_stands(tmp_path):
    (tmp_path / "a").write_bytes(b"")

    with pytest.raises(OperationalError):
        places.make_folder(tmp_path / "a" / "b")


def test_a_linked_folder_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(GuardRefused):
        places.make_folder(tmp_path / "link")


@pytest.mark.parametrize("mark", [".git", "reconciler.yaml", "connections.d"])
def test_a_repository_is_known_by_its_marks(tmp_path, mark):
    (tmp_path / "r" / mark).mkdir(parents=True)

    assert places.repository_of(tmp_path / "r" / "deep" / "file") == tmp_path / "r"


def test_two_writers_take_turns(tmp_path):
    order = []

    def second():
        with places.locked(tmp_path):
            order.append("second")

    with places.locked(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        order.append("first")
    thread.join()

    assert order == ["first", "second"]
