"""The shared options mean the same in every command."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from reconciler.cli.options import Output, Selection, shared, taken_output, taken_selection
from reconciler.cli.targets import Target
from reconciler.errors import UsageError


def parsed(*arguments):
    seen = {}

    @click.command()
    @shared
    def command(**options):
        seen["output"], seen["selection"] = taken_output(options), taken_selection(options)
        assert options == {}

    result = CliRunner().invoke(command, arguments)
    if result.exception is not None:
        raise result.exception
    return seen["output"], seen["selection"]


def test_nothing_given_is_text_to_stdout_about_everything():
    assert parsed() == (Output(), Selection())


def test_selectors_may_be_repeated_or_joined_by_commas():
    _, selection = parsed("-l", "team=core,zone=eu", "-l", "tier=1", "--only", "a", "--only", "b")

    assert selection.labels == (("team", "core"), ("zone", "eu"), ("tier", "1"))
    assert selection.only == ("a", "b")


def test_a_selector_without_a_value_is_wrong_usage():
    with pytest.raises(SystemExit):
        parsed("-l", "team")


def test_an_unknown_format_is_answered_with_the_near_one():
    with pytest.raises(UsageError) as caught:
        parsed("-o", "jsn")

    assert caught.value.hint == 'did you mean "json"?'


def test_several_formats_are_taken_each_with_its_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    output, _ = parsed("-o", "text", "-o", "json=report.json", "--detailed-exitcode")

    assert output == Output((Target("text"), Target("json", Path("report.json"))), detailed_exitcode=True)


def test_the_file_beside_the_formats_is_for_the_one_that_names_none(tmp_path):
    file = tmp_path / "report"

    assert parsed("--output-file", str(file))[0].targets == (Target("text", file),)
    assert parsed("-o", "json", "--output-file", str(file))[0].targets == (Target("json", file),)


def test_a_place_that_is_refused_is_refused_before_anything_is_done(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "victim")

    for arguments in (["-o", f"json={tmp_path}/link"], ["--output-file", f"{tmp_path}/link"]):
        with pytest.raises(UsageError, match="no link is followed"):
            parsed(*arguments)
