"""The desired side is read anew exactly when files say so, and a broken one is never taken."""

import logging
import runpy
from pathlib import Path

import pytest

from reconciler.errors import InvalidConfig, NothingMatched, RequestRefused
from reconciler.watch.desired import Desired
from reconciler.watch.telling import Teller

SPACE = runpy.run_path(str(Path(__file__).with_name("world.py")))


@pytest.fixture
def world(tmp_path):
    return SPACE["World"](tmp_path, "main")


@pytest.fixture
def begun(world):
    desired = Desired(world)
    desired.begin()
    desired.is_new = False
    return desired


def look(desired, *, is_reloading=False):
    return desired.look(is_reloading=is_reloading, teller=Teller())


def test_what_is_read_first_is_new(world):
    desired = Desired(world)

    desired.begin()

    assert desired.is_new
    assert [one.name for one in desired.fleet] == ["main"]
    assert desired.folders() == (world.folder,)


def test_without_a_change_nothing_is_read(world, begun):
    reads = world.reads

    assert not look(begun)
    assert world.reads == reads


def test_a_change_is_read_once(world, begun):
    world.declare()

    assert look(begun)
    assert not look(begun)
    assert begun.fleet == ()


def test_a_broken_change_is_read_once_and_not_taken(world, begun):
    world.declare(findings=SPACE["broken"]())
    reads = world.reads

    assert not look(begun)
    assert not look(begun)
    assert world.reads == reads + 1
    assert [one.name for one in begun.fleet] == ["main"]
    assert not begun.is_new


def test_what_is_asked_for_is_read_without_a_change(begun):
    assert look(begun, is_reloading=True)
    assert begun.is_new


def test_an_empty_folder_is_a_broken_edit(world, begun, monkeypatch, caplog):
    def nothing():
        raise NothingMatched("no manifest was found")

    monkeypatch.setattr(world, "read", nothing)
    world.file.unlink()

    with caplog.at_level(logging.ERROR, "reconciler.watch"):
        assert not look(begun)
    assert [record.why for record in caplog.records] == ["no manifest was found"]


def test_a_bug_is_not_taken_for_a_broken_edit(world, begun, monkeypatch):
    def bug():
        raise RequestRefused("not on the list")

    monkeypatch.setattr(world, "read", bug)
    with pytest.raises(RequestRefused):
        look(begun, is_reloading=True)


def test_a_change_in_the_middle_of_reading_is_seen_next_time(world, begun, monkeypatch):
    read = world.read

    def slow():
        found = read()
        world.file.write_text("changed meanwhile, and longer than before")
        return found

    monkeypatch.setattr(world, "read", slow)
    world.declare()

    assert look(begun)
    assert look(begun)


def test_before_anything_was_read_there_is_nothing(world):
    with pytest.raises(InvalidConfig):
        _ = Desired(world).setting
