"""The door: finds the command, runs it, and turns every way to fail into a message and an exit code."""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from reconciler import __version__
from reconciler.errors import ReconcilerError, UsageError
from reconciler.kit import discover, redact, suggest

_COMMANDS = "reconciler.cli.commands"
# The file that holds what `reconcile` does without a word.
_DEFAULT = "run"


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
            hint = suggest.did_you_mean(args[0], self.list_commands(ctx))
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
    spec = import_module("importlib.util").find_spec(f"{_COMMANDS}.{word.replace('-', '_')}")
    with open(spec.origin, encoding="utf-8") as file:  # noqa: PTH123
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
    from reconciler.kit.process import disable_core_dumps

    disable_core_dumps()
    try:
        code = program().main(args=list(arguments), prog_name="reconcile", standalone_mode=False)
    except ReconcilerError as error:
        return _told(error.message, error.hint, error.exit_code) if error.exit_code != 70 else _bug(error)
    except click.ClickException as error:
        return _told(error.format_message(), _usage_hint(error), 64)
    except (KeyboardInterrupt, click.Abort):
        return _told("interrupted", "", 130)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does: no fault of the run, and nobody is left to tell.
        sys.stderr.close()
        return 1
    except Exception as error:
        return _bug(error)
    return code if isinstance(code, int) else 0


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"see: {context.command_path} --help" if context else "see: reconcile --help"


def _told(message: str, hint: str, code: int) -> int:
    click.echo(redact.redact(f"error: {message}"), err=True)
    if hint:
        click.echo(redact.redact(f"  hint: {hint}"), err=True)
    return code


def _bug(error: BaseException) -> int:
    lines = "".join(traceback.format_exception(error))
    click.echo(redact.redact(lines), err=True)
    where = f"reconcile {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return _told(
        "this is a bug of reconcile", f"report the lines above with: {where}; known secrets are struck out", 70
    )
