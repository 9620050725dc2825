"""References to files in clear."""

from __future__ import annotations

import os

import pytest

from reconciler.errors import SecretNotFound, SecretRejected
from reconciler.secrets import file

from .conftest import ref


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "run" / "secrets"
    made.mkdir(parents=True)
    (made / "key").write_text("the-secret\n")
    (made / "key").chmod(0o600)
    return made


@pytest.fixture
def opened(folder, repository):
    def opened(locator, allow=None):
        provider = file.provider({"RECONCILE_ALLOW_FILES": allow if allow is not None else str(folder)}, None)
        return provider.open(ref("file", str(locator)), repository.place).reveal()

    return opened


def test_a_file_in_an_allowed_folder_is_read(folder, opened, tmp_path):
    assert opened(folder / "key") == "the-secret"
    assert opened(folder / "key", allow=os.pathsep.join(["/nowhere", str(tmp_path)])) == "the-secret"


def test_a_relative_path_is_relative_to_the_manifest(folder, opened):
    assert opened("../../run/secrets/key") == "the-secret"


@pytest.mark.parametrize("allow", ["", "relative/run", "/nowhere"])
def test_without_leave_no_file_is_read(folder, opened, allow):
    with pytest.raises(SecretRejected, match="RECONCILE_ALLOW_FILES"):
        opened(folder / "key", allow=allow)


def test_a_file_beside_the_folder_is_refused_whether_it_is_there_or_not(folder, opened, tmp_path):
    (tmp_path / "run" / "secrets-too").write_text("x")

    for name in (folder / ".." / "secrets-too", tmp_path / "none", folder):
        with pytest.raises(SecretRejected, match="RECONCILE_ALLOW_FILES"):
            opened(name)


def test_links_within_the_folder_are_followed_as_kubernetes_makes_them(folder, opened):
    (folder / "..2026_11_22").mkdir()
    (folder / "..2026_11_22" / "api").write_text("mounted")
    (folder / "..2026_11_22" / "api").chmod(0o400)
    (folder / "..data").symlink_to("..2026_11_22")
    (folder / "api").symlink_to("..data/api")

    assert opened(folder / "api") == "mounted"


def test_a_link_that_leads_out_of_the_folder_is_refused(folder, opened, tmp_path):
    (tmp_path / "outside").write_text("x")
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to("loop")

    with pytest.raises(SecretRejected):
        opened(folder / "link")
    with pytest.raises((SecretNotFound, SecretRejected)):
        opened(folder / "loop")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o620, 0o604])
def test_a_file_that_others_can_get_at_is_refused_with_the_remedy(folder, opened, mode):
    (folder / "key").chmod(mode)

    with pytest.raises(SecretRejected, match=f"0{mode:o}") as caught:
        opened(folder / "key")

    assert "chmod 600" in caught.value.hint
    assert "the-secret" not in caught.value.message


def test_what_belongs_to_somebody_else_may_be_readable_by_the_group(folder):
    from reconciler.secrets.file import _check_mode

    status = list((folder / "key").stat())
    status[0], status[4] = 0o100440, os.geteuid() + 1

    _check_mode(os.stat_result(status))
    status[0] = 0o100444
    with pytest.raises(SecretRejected):
        _check_mode(os.stat_result(status))


def test_a_missing_file_is_told(folder, opened):
    with pytest.raises(SecretNotFound):
        opened(folder / "none")
