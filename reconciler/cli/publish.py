"""Writing a report where it was asked for, in the format it was asked for."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TextIO

import click

from reconciler.cli.options import Output
from reconciler.engine.verdict import exit_code
from reconciler.errors import OperationalError
from reconciler.kit import discover, redact
from reconciler.model.format import Style
from reconciler.model.report import Report

_WIDEST = 120


def publish(report: Report, output: Output) -> int:
    """Write a report and return the exit code that it means.

    Raises OperationalError when the file cannot be written.
    """
    if output.file is None:
        click.echo(rendered(report, output.format, sys.stdout), nl=False)
    else:
        _write(output.file, rendered(report, output.format, None))
    return exit_code(report, detailed=output.detailed_exitcode)


def rendered(report: Report, word: str, stream: TextIO | None) -> str:
    """Render a report for a stream: coloured and as wide as the terminal, plain anywhere else."""
    text: str = discover.load("reconciler.reporters", word).render(report, _style(stream))
    return redact.redact(text)


def _style(stream: TextIO | None) -> Style:
    if stream is None or not stream.isatty():
        return Style(_WIDEST)
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(min(shutil.get_terminal_size().columns, _WIDEST), colour)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperationalError(f"the report cannot be written to {path}: {error.strerror}") from error
