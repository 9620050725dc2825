"""The law of documentation: whatever can be typed can be read about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from reconciler.cli.main import program


def leaves(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that reach it."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            assert member is not None
            yield from leaves(f"{words} {name}", member)


def options(command: click.Command) -> list[str]:
    """Return the long spellings of a command's options."""
    shown = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    return [max(one.opts, key=len) for one in shown]


def undocumented(root_command: click.Command, text: str) -> list[str]:
    """Say which commands and options a text does not speak of."""
    found = []
    for words, command in leaves("reconcile", root_command):
        if words not in text:
            found.append(words)
        found += [f"{words} {option}" for option in options(command) if option not in text]
    return found


@pytest.fixture(scope="module")
def documentation(root: Path) -> str:
    pages = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def test_every_command_and_option_is_documented(documentation):
    unspoken = undocumented(program(), documentation)

    assert not unspoken, "neither README.md nor docs/ speaks of:\n  " + "\n  ".join(unspoken)


def test_every_command_and_option_says_what_it_does():
    silent = []
    for words, command in leaves("reconcile", program()):
        silent += [] if command.help else [words]
        silent += [f"{words} {one.name}" for one in command.params if isinstance(one, click.Option) and not one.help]

    assert silent == []


def test_a_planted_secret_command_is_caught():
    @click.command("planted")
    @click.option("--hushed")
    def planted() -> None:
        """Plant."""

    group = click.Group("reconcile", commands=[planted])

    assert undocumented(group, "reconcile does things") == ["reconcile planted", "reconcile planted --hushed"]
