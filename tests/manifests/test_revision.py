"""The revision is read from git's own files, whatever state they are in."""

import os

from reconciler.manifests.revision import revision

SHA = "0123456789abcdef0123456789abcdef01234567"


def make_git(folder, head, refs=(), packed=""):
    git = folder / ".git"
    git.mkdir(parents=True)
    (git / "HEAD").write_text(head)
    for name, sha in refs:
        (git / name).parent.mkdir(parents=True, exist_ok=True)
        (git / name).write_text(sha + "\n")
    if packed:
        (git / "packed-refs").write_text(packed)
    return git


def test_a_folder_outside_a_repository_has_no_revision(tmp_path):
    (tmp_path / ".git").write_text("gitdir: \n")

    assert revision(tmp_path) is None


def test_a_branch_is_followed_to_its_commit_from_a_subfolder(tmp_path):
    make_git(tmp_path, "ref: refs/heads/main\n", [("refs/heads/main", SHA)])
    (tmp_path / "deep" / "er").mkdir(parents=True)

    assert revision(tmp_path / "deep" / "er") == SHA


def test_a_packed_branch_and_a_detached_head_are_read(tmp_path):
    make_git(tmp_path / "packed", "ref: refs/heads/main\n", packed=f"# pack-refs\n{SHA} refs/heads/main\n")
    make_git(tmp_path / "detached", SHA + "\n")

    assert revision(tmp_path / "packed") == SHA
    assert revision(tmp_path / "detached") == SHA


def test_a_linked_work_tree_is_followed_to_the_common_folder(tmp_path):
    git = make_git(tmp_path / "main", "ref: refs/heads/main\n", [("refs/heads/side", SHA)])
    linked = git / "worktrees" / "side"
    linked.mkdir(parents=True)
    (linked / "HEAD").write_text("ref: refs/heads/side\n")
    (linked / "commondir").write_text("../..\n")
    (tmp_path / "side").mkdir()
    (tmp_path / "side" / ".git").write_text(f"gitdir: {linked}\n")

    assert revision(tmp_path / "side") == SHA


def test_a_hostile_head_reaches_no_other_file(tmp_path):
    (tmp_path / "secret").write_text(SHA)
    make_git(tmp_path, "ref: refs/../../secret\n")

    assert revision(tmp_path) is None


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path):
    make_git(tmp_path, "ref: refs/heads/main\n")
    (tmp_path / ".git" / "HEAD").unlink()
    os.mkfifo(tmp_path / ".git" / "HEAD")

    assert revision(tmp_path) is None


def test_a_branch_without_a_commit_has_no_revision(tmp_path):
    make_git(tmp_path, "ref: refs/heads/main\n")

    assert revision(tmp_path) is None
