"""Guards of paths: what a manifest names cannot lead astray."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from reconciler.errors import SecretError, SecretNotFound, SecretRejected
from reconciler.sealed import guards


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "repository"
    (folder / "connections.d" / "secrets").mkdir(parents=True)
    (folder / "connections.d" / "secrets" / "a.age").write_bytes(b"content")
    (tmp_path / "outside").write_bytes(b"outside")
    return folder


def read(root, locator, folder="connections.d"):
    with guards.opened(root, guards.parts_inside(root / folder, root, locator)) as file:
        return file.read()


def test_a_file_is_read_relative_to_its_manifest(root):
    assert read(root, "secrets/a.age") == b"content"
    assert read(root, "./secrets/../secrets/a.age") == b"content"
    assert read(root, "../connections.d/secrets/a.age") == b"content"


@pytest.mark.parametrize(
    "locator", ["../../outside", "/etc/hostname", "../../repository/connections.d/secrets/a.age", "a\0b", "..", ""]
)
def test_a_path_that_leaves_the_repository_is_refused(root, locator):
    with pytest.raises(SecretRejected):
        read(root, locator)


def test_a_manifest_outside_of_the_repository_is_refused(root, tmp_path):
    with pytest.raises(SecretRejected, match="outside"):
        guards.parts_inside(tmp_path, root, "a")


def test_a_relative_root_is_the_same_root(root, monkeypatch):
    monkeypatch.chdir(root)
    assert guards.parts_inside(Path("connections.d"), Path(), "secrets/a.age") == ("connections.d", "secrets", "a.age")


def test_a_link_is_not_followed_even_to_a_file_inside(root):
    (root / "connections.d" / "link.age").symlink_to(root / "connections.d" / "secrets" / "a.age")

    with pytest.raises(SecretRejected, match="symbolic link"):
        read(root, "link.age")


def test_a_linked_folder_is_not_followed(root, tmp_path):
    (root / "connections.d" / "linked").symlink_to(tmp_path)

    with pytest.raises(SecretRejected, match="symbolic link"):
        read(root, "linked/outside")


def test_a_folder_exchanged_for_a_link_between_check_and_use_is_not_followed(root, tmp_path):
    parts = guards.parts_inside(root / "connections.d", root, "secrets/outside")
    (root / "connections.d" / "secrets" / "a.age").unlink()
    (root / "connections.d" / "secrets").rmdir()
    (root / "connections.d" / "secrets").symlink_to(tmp_path)

    with pytest.raises(SecretRejected), guards.opened(root, parts):
        pass


def test_a_fifo_is_refused_without_waiting_for_a_writer(root):
    os.mkfifo(root / "connections.d" / "pipe")
    refused = []

    def attempt():
        try:
            read(root, "pipe")
        except SecretRejected as error:
            refused.append(error.message)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(timeout=10)

    assert refused == ["it is not a regular file"]


def test_a_folder_is_no_file(root):
    with pytest.raises(SecretRejected, match="regular file"):
        read(root, "secrets")


def test_a_file_on_the_way_is_no_folder(root):
    with pytest.raises(SecretRejected, match="not a folder"):
        read(root, "secrets/a.age/b")


def test_a_device_is_refused(root):
    with pytest.raises(SecretError), guards.opened(Path("/dev"), ("null",)):
        pass


def test_a_file_as_large_as_allowed_is_read_and_a_larger_one_is_not(root):
    file = root / "connections.d" / "large"
    file.write_bytes(b"x" * guards.MAX_BYTES)
    assert len(read(root, "large")) == guards.MAX_BYTES

    file.write_bytes(b"x" * (guards.MAX_BYTES + 1))
    with pytest.raises(SecretRejected, match="larger"):
        read(root, "large")


def test_a_file_that_grows_after_the_check_is_not_read_on(root):
    file = root / "connections.d" / "grows"
    file.write_bytes(b"x")

    with guards.opened(root, ("connections.d", "grows")) as opened:
        file.write_bytes(b"x" * (guards.MAX_BYTES + 1))
        with pytest.raises(SecretRejected, match="larger"):
            opened.read()


def test_a_missing_file_names_the_one_that_was_meant(root):
    with pytest.raises(SecretNotFound) as caught:
        read(root, "secrets/b.age")

    assert caught.value.hint == 'did you mean "a.age"?'


def test_a_value_put_where_a_file_name_belongs_is_not_repeated(root):
    with pytest.raises(SecretNotFound) as caught:
        read(root, "mx0vglALITERALKEY")

    assert "ALITERALKEY" not in caught.value.message


def test_a_missing_folder_is_told(root):
    with pytest.raises(SecretNotFound, match="nowhere"):
        read(root, "nowhere/a.age")


def test_no_descriptor_is_left_open(root):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for locator in ("secrets/a.age", "secrets/none", "secrets"):
        try:
            read(root, locator)
        except SecretError:
            continue

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_identity_of_a_file_changes_with_its_content(root):
    def identity():
        with guards.opened(root, ("connections.d", "secrets", "a.age")) as file:
            return file.identity

    first = identity()
    os.utime(root / "connections.d" / "secrets" / "a.age", ns=(1, 1))

    assert identity() != first
