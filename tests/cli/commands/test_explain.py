from __future__ import annotations

import pytest
from click.testing import CliRunner

from reconciler.cli.commands.explain import command
from reconciler.cli.main import run


def explain(*words: str) -> str:
    result = CliRunner().invoke(command, list(words), standalone_mode=False)
    assert result.return_value == 0
    return result.output


def test_without_a_topic_all_are_listed():
    text = explain()

    assert "no-withdraw" in text
    assert "Withdrawal enabled" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["connection.spec.ipAllowlist"], "addresses or networks the key may be used from"),
        (["no-withdraw"], "The rule has no switch"),
        (["Invalid key"], "Status: Failed"),
        (["Invalid", "key"], "Status: Failed"),
        (["exit-codes"], "interrupted"),
        (["kind"], "Connection, StrategyBinding, Policy and Waiver"),
    ],
)
def test_a_topic_is_explained_in_plain_text(words, says):
    text = explain(*words)

    assert says in text
    assert "\x1b" not in text


def test_an_unknown_topic_is_wrong_usage(capsys):
    code = run(["explain", "no-withdrow"])

    assert code == 64
    assert 'did you mean "no-withdraw"?' in capsys.readouterr().err
