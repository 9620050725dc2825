"""A change of any file that the loop depends on shows, and wakes it."""

import asyncio
import contextlib
import os
import runpy
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.model.manifest import Manifests, Placed
from reconciler.watch.files import folders, listen, secret_files, stamp

NOUNS = runpy.run_path(str(Path(__file__).with_name("nouns.py")))


@pytest.fixture
def root(tmp_path):
    for name in ("reconciler.yaml", "connections.d/a.yaml", "connections.d/deep/b.yaml", "connections.d/.hidden/c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def paths(root):
    return [root / "reconciler.yaml", root / "connections.d", root / "absent.age"]


CHANGES = {
    "a file is written": lambda root: (root / "connections.d/a.yaml").write_text("other text"),
    "a file is touched": lambda root: os.utime(root / "connections.d/a.yaml", (1, 1)),
    "a file is replaced": lambda root: replaced(root / "connections.d/deep/b.yaml"),
    "a file is new": lambda root: (root / "connections.d/new.yaml").write_text("x"),
    "a folder is new": lambda root: (root / "connections.d/more").mkdir(),
    "a file is gone": lambda root: (root / "connections.d/a.yaml").unlink(),
    "a file is moved": lambda root: (root / "connections.d/a.yaml").rename(root / "connections.d/z.yaml"),
    "a single file is gone": lambda root: (root / "reconciler.yaml").unlink(),
    "an absent file is there": lambda root: (root / "absent.age").write_text("x"),
}


def replaced(path):
    beside = path.with_name("beside")
    beside.write_text(path.read_text())
    beside.replace(path)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_shows(root, change):
    before = stamp(paths(root))

    CHANGES[change](root)

    assert stamp(paths(root)) != before


def test_without_a_change_a_stamp_stays_and_what_is_hidden_does_not_matter(root):
    before = stamp(paths(root))

    (root / "connections.d/.hidden/c").write_text("changed")
    (root / "elsewhere").write_text("x")

    assert stamp(paths(root)) == before


def test_the_folders_to_watch_are_those_of_the_files(root):
    assert folders(paths(root)) == (root, root / "connections.d", root / "connections.d" / "deep")
    assert folders([root / "gone" / "a.yaml"]) == ()


def test_the_files_of_secrets_are_found_from_where_the_manifest_stands(tmp_path):
    class At:
        file = "connections.d/main.yaml"

    refs = {"apiKey": {"sops": "../secrets/a.sops.yaml", "key": "k"}, "secret": {"age": "b.age"}}
    document = NOUNS["connection"]().model_copy(deep=True)
    spec = document.spec.model_copy(update={"credentials": NOUNS["references"](refs)})
    placed = Placed(document.model_copy(update={"spec": spec}), At())

    found = secret_files(Manifests(tmp_path, (placed, placed)))

    assert found == (tmp_path / "connections.d/b.age", tmp_path / "secrets/a.sops.yaml")


def test_a_change_wakes_whoever_listens(root):
    async def story():
        woken, stop = asyncio.Event(), asyncio.Event()
        task = asyncio.ensure_future(listen(lambda: folders(paths(root)), woken.set, stop, timedelta(milliseconds=20)))
        # Until the system is watching, a change may go by unseen; each further one is another chance.
        for number in range(1_000):
            (root / "connections.d" / "a.yaml").write_text(str(number))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), 0.1)
                break
        seen = woken.is_set()
        stop.set()
        await task
        return seen

    assert asyncio.run(story())
