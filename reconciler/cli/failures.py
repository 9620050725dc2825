"""Every way to fail, as one value: what to tell, what to do about it, and the exit code."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Sequence

import click

from reconciler import __version__
from reconciler.errors import ReconcilerError
from reconciler.kit import redact
from reconciler.kit.terminal import harmless, inert
from reconciler.model.report import Failure

BUG = ReconcilerError.exit_code
INTERRUPTED = 130
USAGE = 64


def failure_of(error: BaseException) -> Failure:
    """Say what an exception means; a bug of ours is printed to stderr with its trace, known secrets struck out."""
    if isinstance(error, ReconcilerError) and error.exit_code != BUG:
        return Failure(error.message, error.hint, error.exit_code)
    if isinstance(error, click.ClickException):
        return Failure(_unquoted(error), _usage_hint(error), USAGE)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return Failure("interrupted", "what was done is recorded; the next run goes on from there", INTERRUPTED)
    click.echo(redact.redact("".join(traceback.format_exception(error))), err=True)
    where = f"reconcile {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return Failure("this is a bug of reconcile", f"report what stands on stderr, with: {where}", BUG)


def tell(failure: Failure) -> int:
    """Print a failure to stderr and return its exit code."""
    click.echo(_shown(f"error: {failure.message}"), err=True)
    if failure.hint:
        click.echo(_shown(f"  hint: {failure.hint}"), err=True)
    return failure.exit_code


def _shown(text: str) -> str:
    # A name from a manifest may stand in it, and CI runners obey stderr as they do stdout.
    return inert("\n".join(map(harmless, redact.redact(text).split("\n"))))


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether a command line that could not be understood asked for a JSON report."""
    joined = "\0".join(("", *arguments, ""))
    return any(form in joined for form in ("\0-o\0json\0", "\0-ojson\0", "\0--output\0json\0", "\0--output=json\0"))


def _unquoted(error: click.ClickException) -> str:
    # click repeats a stray argument, and the likeliest one is a secret that somebody wrote on the command line.
    message = error.format_message()
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice):
        return f"{message.partition(': ')[0]}: write {' or '.join(map(str, error.param.type.choices))}"
    return "an argument too many" if message.startswith("Got unexpected extra argument") else message


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"see: {context.command_path} --help" if context else "see: reconcile --help"
