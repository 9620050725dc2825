"""Write a config repository that works at once and can be pushed: manifests, secrets, checks and pipelines."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.asking import asker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.starting.identity import Reader
    from reconciler.starting.repository import Wish, Written

_PATH = click.Path(path_type=Path)


@click.command("init")
@click.argument("folder", type=_PATH, default=Path())
@click.option("--exchange", default="mexc", metavar="ID", help="The exchange of the first connection [mexc].")
@click.option(
    "--ci", type=click.Choice(["github", "gitlab", "both"]), default="both", help="For which pipelines [both]."
)
@click.option("--recipient", "recipients", multiple=True, metavar="PUBLIC_KEY", help="Encrypt for it too (repeatable).")
def command(folder: Path, exchange: str, ci: str, recipients: tuple[str, ...]) -> None:
    """Write a config repository that works at once and can be pushed.

    It holds a first connection with made-up secrets at the simulator, a strategy, rules, settings, a check before each
    commit, and pipelines. What exists is left alone, and nothing is written through a link. An age identity is made
    where SOPS looks for it, outside of the repository, if there is none yet.
    """
    from datetime import UTC, datetime

    from reconciler.starting import repository
    from reconciler.starting.identity import reader
    from reconciler.starting.sample import sample

    now = datetime.now(UTC)
    wish = repository.Wish(Path.cwd() / folder, sample(exchange), repository.Pipeline(ci), now)
    repository.check_places(wish)
    home = Path(os.environ.get("HOME") or Path.home())
    readers = reader(recipients, os.environ, home, now, root=wish.root, ask=asker())
    written = list(repository.begin(wish, readers))
    click.echo("\n".join(_told(folder, wish, written, readers)))


def _told(folder: Path, wish: Wish, written: Sequence[Written], readers: Reader) -> Iterator[str]:
    width = max(len(one.name) for one in written)
    for one in written:
        said = one.purpose if one.is_new else "left alone, since it exists" + (f"; {one.note}" if one.note else "")
        yield f"{'+' if one.is_new else '='} {one.name.ljust(width)}  {said}"
    if not any(one.name.startswith("connections.d/") for one in written):
        yield "connections.d/ holds manifests of your own, so no example was added."
    yield ""
    if readers.made:
        yield f"Your identity is new: {readers.made}"
        yield "It opens your secrets. Keep a copy in a safe place, and never in a repository."
    yield f"Secrets are encrypted for {', '.join(readers.recipients)}"
    yield ""
    yield from _next(folder, wish)


def _next(folder: Path, wish: Wish) -> Iterator[str]:
    from reconciler.manifests.revision import git_folder

    git = git_folder(wish.root)
    if git is not None and git.parent != wish.root:
        yield "Pipelines are looked for at the top of a git repository: move their files there, and name the folder."
        yield ""
    elsewhere = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    yield "Put your own key in the place of the one that is made up, and its secret in the same way:"
    yield f"  {elsewhere}reconcile secrets set connections.d/{wish.sample.secrets} main.api_key"
    yield "Test the key, and see what would be applied; nothing is changed:"
    yield "  reconcile --dry-run"
    yield "Keep it in git, and push it where your pipeline runs:"
    yield f'  {"" if git else "git init && "}git add . && git commit -m "Begin with {wish.sample.name}"'
