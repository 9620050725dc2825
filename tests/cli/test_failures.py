"""Every way to fail is one value, and no secret is in it."""

import click
import pytest

from reconciler.cli.failures import BUG, failure_of, tell, wants_json
from reconciler.errors import LockHeld, RequestRefused
from reconciler.values.secret import Secret


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LockHeld("held by ann", hint="wait"), 6),
        (click.UsageError("no such option"), 64),
        (click.Abort(), 130),
        (KeyboardInterrupt(), 130),
        (RequestRefused("POST /withdraw"), BUG),
        (ZeroDivisionError(), BUG),
    ],
)
def test_each_exception_has_its_code(error, code, capsys):
    assert failure_of(error).exit_code == code


def test_a_word_that_is_no_choice_is_not_repeated():
    command = click.Command("c", params=[click.Argument(["kind"], type=click.Choice(["a", "b"]))])
    with pytest.raises(click.BadParameter) as caught:
        command.make_context("c", ["canary-0002-canary"])

    failure = failure_of(caught.value)

    assert "canary" not in failure.message
    assert "a or b" in failure.message


def test_a_bug_is_printed_with_its_trace_and_without_the_secret(capsys):
    secret = Secret("canary-0001-canary")

    with pytest.raises(ValueError) as caught:
        int(secret.reveal())
    failure = failure_of(caught.value)

    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "canary-0001" not in err + failure.message + failure.hint


def test_a_failure_is_told_with_its_way_out(capsys):
    assert tell(failure_of(LockHeld("held by ann", hint="wait"))) == 6
    assert capsys.readouterr().err == "error: held by ann\n  hint: wait\n"


def test_no_failure_commands_a_terminal_or_a_ci_runner(capsys):
    tell(failure_of(LockHeld("held by \x1b[2J##[add-mask]x\n::stop-commands::x", hint="ask\n  ::error::x")))

    assert capsys.readouterr().err.splitlines() == [
        "error: held by <U+001B>[2J#<U+0023>[add-mask]x",
        "<U+003A>:stop-commands::x",
        "  hint: ask",
        "  <U+003A>:error::x",
    ]


@pytest.mark.parametrize("words", [["-o", "json"], ["-ojson"], ["--output=json"], ["--output", "json"]])
def test_a_wish_for_json_is_seen_in_every_spelling(words):
    assert wants_json(["--bogus", *words])
    assert not wants_json(["--bogus", "-o", "text"])
