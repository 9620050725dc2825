from reconciler.manifests.files import Found
from reconciler.manifests.tree import Folder


def test_a_folder_finds_and_reads_what_lies_in_it(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.yaml").write_text("a: 1\n")

    tree = Folder(tmp_path)

    assert tree.find([tmp_path / "d"]) == [Found(str(tmp_path / "d" / "a.yaml"), "d/a.yaml")]
    assert tree.read(tmp_path / "d" / "a.yaml") == b"a: 1\n"
    assert tree.exists(tmp_path / "d")
    assert not tree.exists(tmp_path / "e")


def test_a_link_out_of_the_folder_leaves_it(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")

    tree = Folder(tmp_path / "in")

    assert tree.leaves(tmp_path / "in" / "link")
    assert not tree.leaves(tmp_path / "in" / "file")
