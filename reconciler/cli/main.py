"""The door: finds the command, runs it, and turns every way to fail into a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.failures import failure_of, tell, wants_json
from reconciler.errors import OperationalError, UsageError
from reconciler.kit import discover, suggest
from reconciler.kit.clock import SystemClock
from reconciler.kit.process import disable_core_dumps
from reconciler.model.format import Style
from reconciler.model.report import Failure, Report

_COMMANDS = "reconciler.cli.commands"
# The file that holds what `reconcile` does without a word.
_DEFAULT = "run"
# What people type who come from other tools.
_ELSEWHERE = {
    "plan": "reconcile --dry-run",
    "run": "reconcile",
    "check": "reconcile test",
    "force-unlock": "reconcile unlock",
    "lint": "reconcile validate",
    "help": "reconcile --help",
    "version": "reconcile --version",
}


class Verbs(click.Group):
    """A group whose commands are the files of a folder, each imported only when it is asked for.

    Without a command word it makes a pass itself, so it carries the options of `commands/run.py`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command words."""
        return [word for word in discover.names(_COMMANDS) if word != _DEFAULT]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = discover.load(_COMMANDS, cmd_name).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first word, or say which word was meant."""
        if args and args[0] not in self.list_commands(ctx):
            meant = _ELSEWHERE.get(args[0])
            hint = f"use: {meant}" if meant else suggest.did_you_mean(args[0], self.list_commands(ctx))
            raise UsageError(f'there is no command "{_shown(args[0])}"', hint=hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their summaries, read without importing them."""
        rows = [(word, _summary(word)) for word in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _shown(word: str) -> str:
    # A stray word on the command line could be a pasted key.
    return word if len(word) <= 20 and word.isprintable() else "…"


def _summary(word: str) -> str:
    # The first docstring line of the file: importing all commands for their help would cost start-up time.
    spec = find_spec(f"{_COMMANDS}.{word.replace('-', '_')}")
    if spec is None or spec.origin is None:
        return ""
    with Path(spec.origin).open(encoding="utf-8") as file:
        return file.readline().strip().strip('"').rstrip(".")


def program() -> click.Group:
    """Build the `reconcile` program."""
    from reconciler.cli.commands import run as default

    options: list[click.Parameter] = list(default.command.params)
    options.append(
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Print the version and leave.",
        )
    )
    return Verbs(
        "reconcile",
        params=options,
        callback=_pass_on,
        invoke_without_command=True,
        help=default.command.help,
        epilog="Exit codes, kinds, fields, rules and diagnoses: reconcile explain",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


@click.pass_context
def _pass_on(ctx: click.Context, /, **options: object) -> object:
    from reconciler.cli.commands import run as default

    if ctx.invoked_subcommand is None:
        return ctx.invoke(default.command, **options)
    given = [name for name in options if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
    if given:
        word = ctx.invoked_subcommand
        raise UsageError(f'options stand before the command "{word}"', hint=f"write them after it: reconcile {word} …")
    return None


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"reconcile {__version__}")
        ctx.exit()


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing is raised."""
    disable_core_dumps()
    _fill_closed_streams()
    try:
        code = program().main(args=list(arguments), prog_name="reconcile", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except BrokenPipeError:
        # The reader of our output went away, as `head` does: no fault of the run, and nobody is left to tell.
        _close_quietly()
        return OperationalError.exit_code
    except (Exception, KeyboardInterrupt) as error:
        failure = failure_of(error)
        if wants_json(arguments):
            _owed(failure)
        return tell(failure)
    return code if isinstance(code, int) else 0


def _fill_closed_streams() -> None:
    # Started with `<&-`, Python has None for a stream, and the next file opened takes its place and gets our output.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _owed(failure: Failure) -> None:
    """Print the report that a pipeline waits for, though no command was reached that could have made it."""
    now = SystemClock().now()
    render = discover.load("reconciler.reporters", "json").render
    click.echo(render(Report("run", now, now, failures=(failure,)), Style()), nl=False)


def _close_quietly() -> None:
    # Python flushes stdout once more at exit, and would complain about the same pipe there.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
