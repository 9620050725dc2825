from __future__ import annotations

from reconciler.manifests.paths import find_root, leaves


def test_a_path_below_the_root_stays_whether_it_exists_or_not(tmp_path):
    assert not leaves(tmp_path / "a" / "b.db", tmp_path)
    assert not leaves(tmp_path, tmp_path)


def test_a_path_leaves_by_dots_and_by_links(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "inside").symlink_to(root / "deeper")

    assert leaves(root / ".." / "x", root)
    assert leaves(root / "out" / "state.db", root)
    assert not leaves(root / "inside" / "state.db", root)


def test_a_neighbour_whose_name_begins_alike_is_outside(tmp_path):
    assert leaves(tmp_path / "root-2" / "x", tmp_path / "root")


def test_the_nearest_config_upwards_marks_the_root(tmp_path):
    (tmp_path / "reconciler.yaml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)

    assert find_root(tmp_path / "a" / "b") == tmp_path


def test_without_a_config_the_top_of_the_repository_is_the_root(tmp_path):
    (tmp_path / "reconciler.yaml").touch()
    (tmp_path / "repository" / "deep").mkdir(parents=True)
    (tmp_path / "repository" / ".git").touch()

    assert find_root(tmp_path / "repository" / "deep") == tmp_path / "repository"
