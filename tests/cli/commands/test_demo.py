"""The command of the demo says what it is; what it tells is tested with the story."""

from reconciler.cli.main import run


def test_the_demo_says_that_it_leaves_nothing_behind(capsys):
    assert run(["demo", "--help"]) == 0
    assert "temporary folder" in capsys.readouterr().out
