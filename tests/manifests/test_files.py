from __future__ import annotations

import os

import pytest

from reconciler.manifests.files import MAX_BYTES, find, read, show
from reconciler.manifests.mistakes import Mark


@pytest.fixture
def tree(tmp_path):
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
        "d/old.yaml.bak",
        "reconciler.yaml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n")
    return tmp_path


def shown(found):
    return [one.shown if one.mark is None else f"{one.shown}: {one.mark.rule}" for one in found]


def test_manifests_are_found_in_one_order_without_secrets_and_hidden_files(tree):
    assert shown(find([tree / "d"], tree)) == ["d/a.yml", "d/b.yaml", "d/sub/c.yaml"]


def test_a_file_named_twice_is_found_once(tree):
    assert shown(find([tree / "d", tree / "d" / "b.yaml", tree / "d" / "sub" / ".."], tree)) == [
        "d/a.yml",
        "d/b.yaml",
        "d/sub/c.yaml",
    ]


def test_the_config_itself_is_no_manifest(tree):
    assert "reconciler.yaml" not in shown(find([tree], tree))
    assert find([tree / "reconciler.yaml"], tree) == []


def test_a_place_that_is_missing_is_told_unless_all_are(tree):
    assert shown(find([tree / "d" / "sub", tree / "nowhere"], tree)) == ["d/sub/c.yaml", "nowhere: file"]
    assert find([tree / "nowhere"], tree) == []


@pytest.mark.parametrize("place", ["d/secrets", "d/secrets/kucoin.yaml", "d/kucoin.sops.yaml", "d/key.age"])
def test_a_secret_that_is_named_as_a_manifest_is_not_opened(tree, place):
    assert shown(find([tree / place], tree)) == [f"{place}: file"]


def test_links_are_told_and_not_followed(tree):
    (tree / "d" / "link.yaml").symlink_to("/etc/passwd")
    (tree / "d" / "folder").symlink_to(tree / "d" / "sub")
    (tree / "d" / "notes.txt").symlink_to("/etc/passwd")

    assert [one for one in shown(find([tree / "d"], tree)) if "file" in one] == ["d/folder: file", "d/link.yaml: file"]


def test_a_given_place_that_is_a_link_or_lies_behind_one_is_told(tree):
    (tree / "elsewhere").symlink_to(tree / "d")

    assert shown(find([tree / "elsewhere"], tree)) == ["elsewhere: file"]
    assert shown(find([tree / "elsewhere" / "sub"], tree)) == ["elsewhere/sub: file"]


def test_links_above_the_root_are_the_operators_own(tree, tmp_path):
    (tmp_path / "alias").symlink_to(tree / "d")

    assert shown(find([tmp_path / "alias" / "sub"], tmp_path / "alias")) == ["sub/c.yaml"]


def test_a_circle_of_links_ends(tree):
    (tree / "d" / "sub" / "up").symlink_to(tree / "d")

    assert "d/sub/up: file" in shown(find([tree / "d"], tree))


def test_a_pipe_is_told_and_never_opened(tree):
    os.mkfifo(tree / "d" / "pipe.yaml")

    assert "d/pipe.yaml: file" in shown(find([tree / "d"], tree))
    assert read(tree / "d" / "pipe.yaml") == Mark("file", 0, 0, "not a regular file", "put the text itself here")


def test_a_folder_with_a_manifests_name_is_walked(tree):
    (tree / "d" / "x.yaml").mkdir()
    (tree / "d" / "x.yaml" / "y.yaml").write_text("a: 1\n")

    assert "d/x.yaml/y.yaml" in shown(find([tree / "d"], tree))


def test_reading_gives_the_bytes_or_the_reason(tree):
    (tree / "link.yaml").symlink_to(tree / "d" / "b.yaml")

    assert read(tree / "d" / "b.yaml") == b"a: 1\n"
    assert isinstance(read(tree / "link.yaml"), Mark)
    assert isinstance(read(tree / "absent.yaml"), Mark)


def test_a_file_over_the_bound_is_not_read(tmp_path):
    fits, over = tmp_path / "fits.yaml", tmp_path / "over.yaml"
    for path, size in ((fits, MAX_BYTES), (over, MAX_BYTES + 1)):
        with path.open("wb") as file:
            file.truncate(size)

    assert len(read(fits)) == MAX_BYTES
    assert read(over).rule == "size"


def test_a_file_name_cannot_draw_on_the_terminal(tmp_path):
    assert show(tmp_path / "a\x1b[2J\n.yaml", tmp_path) == "a\\x1b[2J\\n.yaml"
    assert show(tmp_path / os.fsdecode(b"\xff.yaml"), tmp_path).isprintable()


def test_a_path_outside_the_root_is_shown_whole(tmp_path):
    assert show(tmp_path / "x.yaml", tmp_path / "root") == str(tmp_path / "x.yaml")
