"""The command that breaks a lock wants the id; what it does is tested with what is remembered."""

from __future__ import annotations

from reconciler.cli.main import run


def test_without_an_id_nothing_is_broken(capsys):
    assert run(["unlock"]) == 64


def test_the_word_of_another_tool_is_answered_with_ours(capsys):
    assert run(["force-unlock", "1"]) == 64
    assert "use: reconcile unlock" in capsys.readouterr().err
