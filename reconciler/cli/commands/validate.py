"""Check manifests and policy offline: no key, no identity, no network."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import shared, taken_output, taken_selection
from reconciler.cli.targets import guard

_PATH = click.Path(path_type=Path)


def _guarded(_: click.Context, parameter: click.Parameter, file: Path | None) -> Path | None:
    if file is not None:
        guard(parameter.opts[0], file)
    return file


@click.command("validate")
@click.option("--baseline", type=_PATH, metavar="FILE", help="Fail only on findings that are not in this baseline.")
@click.option(
    "--write-baseline",
    type=_PATH,
    callback=_guarded,
    metavar="FILE",
    help="Write the findings of today as the baseline; the only thing that writes.",
)
@shared
def command(*, baseline: Path | None, write_baseline: Path | None, **options: object) -> int:
    """Check every manifest and every rule that needs no exchange.

    Opens no secret, reads no environment variable and contacts nothing, so it is safe on anybody's pull request.
    A baseline never covers secrets in the clear.
    """
    from reconciler.cli.baseline import Baselines
    from reconciler.cli.passes import check

    return check(taken_selection(options), taken_output(options), Baselines(baseline, write_baseline))
