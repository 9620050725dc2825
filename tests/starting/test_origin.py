from __future__ import annotations

import json

import pytest

from reconciler import __version__
from reconciler.starting.origin import requirement, requirement_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHA256 = COMMIT + "0123456789abcdef01234567"
GIT = {"url": "https://git.example.com/tools/reconciler", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}


class Installed:
    """A distribution with its record of where it came from, or none."""

    def __init__(self, told: object) -> None:
        self._text = told if isinstance(told, str) else json.dumps(told)

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return None if self._text == "null" else self._text


def test_what_came_from_an_index_is_named_by_its_version():
    assert requirement_of(Installed(None)) == f"reconciler=={__version__}"


def test_what_came_from_git_is_named_by_its_commit():
    assert requirement_of(Installed(GIT)) == f"reconciler @ git+https://git.example.com/tools/reconciler@{COMMIT}"


def test_what_came_as_a_file_is_named_by_its_hash():
    told = {"url": "https://files.example.com/r.whl", "archive_info": {"hashes": {"sha256": SHA256}}}

    assert requirement_of(Installed(told)) == f"reconciler @ https://files.example.com/r.whl#sha256={SHA256}"


@pytest.mark.parametrize(
    "told",
    [
        {"url": "file:///home/me/reconciler", "dir_info": {"editable": True}},
        {**GIT, "url": "https://me:pass" + "word@git.example.com/r"},
        {**GIT, "url": "http://git.example.com/r"},
        {**GIT, "url": "https://git.example.com/r --index-url x"},
        {**GIT, "vcs_info": {"vcs": "git", "commit_id": "main"}},
        {**GIT, "vcs_info": {"vcs": "hg", "commit_id": COMMIT}},
        {"url": "https://files.example.com/r.whl", "archive_info": {}},
        {"dir_info": {}},
        "no json",
    ],
)
def test_what_no_pipeline_could_install_alike_is_not_named(told):
    assert requirement_of(Installed(told)) is None


def test_the_installed_program_is_looked_up():
    assert requirement() is None or requirement().startswith("reconciler")
