"""Writing a report where it was asked for, in each of the formats it was asked for."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from typing import TextIO

import click

from reconciler.cli.options import Output
from reconciler.engine.verdict import exit_code
from reconciler.errors import OperationalError
from reconciler.kit import discover, redact
from reconciler.kit.files import write_shared
from reconciler.model.format import Style
from reconciler.model.report import Failure, Report

_WIDEST = 120


def publish(report: Report, output: Output) -> int:
    """Write a report wherever it is asked for and return the exit code that it means.

    Where a file cannot be written, what goes to stdout says so, and if nothing was to go there, the report itself does:
    what was done must not be lost. Raises OperationalError when stdout cannot be written either.
    """
    loose = [target.format for target in output.targets if target.file is None]
    for target in output.targets:
        if target.file is None:
            continue
        try:
            write_shared(target.file, rendered(report, target.format, None, output).encode())
        except OSError as error:
            told = f"the report cannot be written to {target.file}: {error.strerror}"
            failure = Failure(told, "it stands here instead; name another file", OperationalError.exit_code)
            report = replace(report, failures=(*report.failures, failure))
            loose = loose or [target.format]
    for word in loose:
        _print(rendered(report, word, sys.stdout, output))
    return exit_code(report, detailed=output.detailed_exitcode)


def _print(text: str) -> None:
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        # What Python still holds for stdout would fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OperationalError(f"the report cannot be written to stdout: {error.strerror}") from error


def rendered(report: Report, word: str, stream: TextIO | None, output: Output | None = None) -> str:
    """Render a report for a stream: coloured and as wide as the terminal, plain anywhere else."""
    reporter = discover.load("reconciler.reporters", word)
    style = _style(stream)
    if reporter.FORMAT.tells_rules:
        # Imported here: no other format pays for the pages.
        from reconciler.cli.about import about

        code = exit_code(report, detailed=output is not None and output.detailed_exitcode)
        style = replace(style, about=about(code))
    text: str = reporter.render(report, style)
    return redact.redact(text)


def _style(stream: TextIO | None) -> Style:
    if stream is None or not stream.isatty():
        return Style(_WIDEST)
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(min(shutil.get_terminal_size().columns, _WIDEST), colour)
