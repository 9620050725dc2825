"""The options that commands share: the same flag means the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.targets import Target, guard, target_of, targets_of

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """Where reports go, in which formats, and how finely the exit code speaks."""

    targets: tuple[Target, ...] = (Target(),)
    detailed_exitcode: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which manifests a command is about."""

    config: Path | None = None
    manifests: tuple[Path, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    only: tuple[str, ...] = ()


def _labels(_: click.Context, __: click.Parameter, given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    pairs = [piece.partition("=") for text in given for piece in text.split(",")]
    if not all(name and equals for name, equals, _ in pairs):
        raise click.BadParameter("write a selector as key=value")
    return tuple((name, value) for name, _, value in pairs)


def _formats(_: click.Context, __: click.Parameter, given: Iterable[str]) -> tuple[Target, ...]:
    targets = tuple(map(target_of, given))
    for target in targets:
        if target.file is not None:
            guard(f"-o {target.format}", target.file)
    return targets


def written_to(option: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """Return what looks, before anything is done, whether an option names a file that may be written."""

    def look(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
        if file is not None:
            guard(option, file)
        return file

    return look


def _log(_: click.Context, __: click.Parameter, verbosity: int) -> None:
    from reconciler.cli import logs

    logs.configure(verbosity)


_PATH = click.Path(path_type=Path)
_VERBOSE = click.option(
    "-v", "--verbose", count=True, expose_value=False, callback=_log, help="Log more to stderr (repeat for more)."
)
_OUTPUT = (
    click.option(
        "-o",
        "--output",
        multiple=True,
        callback=_formats,
        metavar="FORMAT[=FILE]",
        help="Report as FORMAT (repeatable; see: reconcile explain formats).",
    ),
    click.option(
        "--output-file",
        type=_PATH,
        callback=written_to("--output-file"),
        metavar="FILE",
        help="Write the report to FILE instead of stdout.",
    ),
    click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes are pending or drift was found."),
    _VERBOSE,
)
_SELECTION = (
    click.option("-c", "--config", type=_PATH, metavar="FILE", help="The reconciler.yaml to use."),
    click.option(
        "-f", "--manifests", multiple=True, type=_PATH, metavar="PATH", help="Manifest or folder (repeatable)."
    ),
    click.option(
        "-l", "--selector", "labels", multiple=True, callback=_labels, metavar="K=V", help="Only what is so labelled."
    ),
    click.option("--only", multiple=True, metavar="NAME", help="Only this connection or binding (repeatable)."),
)


def output(function: F) -> F:
    """Add the options that say how and where a report is written."""
    for option in reversed(_OUTPUT):
        function = option(function)
    return function


def selection(function: F) -> F:
    """Add the options that say which manifests a command is about."""
    for option in reversed(_SELECTION):
        function = option(function)
    return function


def shared(function: F) -> F:
    """Add the options of every command that reads manifests."""
    return selection(output(function))


def taken_output(options: dict[str, Any]) -> Output:
    """Take what the output options say out of what click passed."""
    targets = targets_of(options.pop("output"), options.pop("output_file"))
    return Output(targets, options.pop("detailed_exitcode"))


def taken_selection(options: dict[str, Any]) -> Selection:
    """Take what the selecting options say out of what click passed."""
    return Selection(options.pop("config"), options.pop("manifests"), options.pop("labels"), options.pop("only"))
