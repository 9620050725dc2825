from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from reconciler.cli.commands import schema as module
from reconciler.cli.commands.schema import command
from reconciler.documents.schema import WORDS


@pytest.mark.parametrize("kind", WORDS)
def test_the_schema_of_a_kind_is_printed(kind):
    result = CliRunner().invoke(command, [kind], standalone_mode=False)

    assert json.loads(result.stdout)["type"] == "object"


def test_without_a_kind_the_kinds_are_listed():
    assert CliRunner().invoke(command, []).stdout.split() == list(WORDS)


def test_the_words_of_the_command_are_those_of_the_models():
    words = module._KINDS

    assert words == tuple(WORDS)


def test_all_schemas_are_written_into_a_folder(tmp_path):
    CliRunner().invoke(command, ["--write", str(tmp_path / "schemas")])

    assert sorted(path.name for path in (tmp_path / "schemas").iterdir()) == sorted(f"{k}.schema.json" for k in WORDS)


def test_one_schema_can_be_written_alone(tmp_path):
    CliRunner().invoke(command, ["policy", "--write", str(tmp_path)])

    assert [path.name for path in tmp_path.iterdir()] == ["policy.schema.json"]
