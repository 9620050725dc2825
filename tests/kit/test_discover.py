from __future__ import annotations

import sys

import pytest

from reconciler.kit import discover


@pytest.fixture
def family(tmp_path, monkeypatch):
    folder = tmp_path / "discovered_family"
    folder.mkdir()
    for name in ("__init__.py", "key_age.py", "alpha.py", "_private.py"):
        (folder / name).write_text("NAME = __name__\n")
    (folder / "notes.txt").write_text("no plug-in")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder.name
    for module in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[module]
    discover.names.cache_clear()


def test_the_words_are_the_files_sorted_and_nothing_is_imported(family):
    assert discover.names(family) == ("alpha", "key-age")
    assert f"{family}.alpha" not in sys.modules


def test_a_word_loads_its_file(family):
    module = discover.load(family, "key-age")

    assert module.__name__ == f"{family}.key_age"


@pytest.mark.parametrize("word", ["absent", "_private", "__init__", "../alpha", "alpha.os", "key_age", ""])
def test_no_word_reaches_another_module(family, word):
    with pytest.raises(KeyError):
        discover.load(family, word)


def test_a_package_that_is_not_there_is_refused():
    with pytest.raises(ModuleNotFoundError):
        discover.names("no_such_family")
