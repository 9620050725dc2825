"""Make an identity, and put secrets into encrypted files."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.asking import asker

if TYPE_CHECKING:
    from reconciler.values.secret import Secret

_PATH = click.Path(path_type=Path)


def _home() -> Path:
    return Path(os.environ.get("HOME") or Path.home())


@click.group("secrets")
def command() -> None:
    """Make an identity, and put secrets into encrypted files.

    What is written here is opened by sops and age, and the other way round.
    """


@command.command("keygen")
@click.option(
    "--output", "file", type=_PATH, metavar="FILE", help="Write the identity to FILE instead of the user's own."
)
@click.option("--append", is_flag=True, help="Add the identity to a key file that exists already.")
def keygen(file: Path | None, append: bool) -> None:
    """Make an age identity for yourself and print its public key.

    It is written where sops and age look for it, readable by you alone. Whoever has the public key can encrypt
    secrets for you; the file itself stays on this machine and in no repository.
    """
    from reconciler.sealed import identities
    from reconciler.sealed.keygen import make_identity

    target = file or identities.config_file(os.environ, _home())
    public = make_identity(target, datetime.now(UTC), append=append)
    click.echo(f"Public key: {public}")
    click.echo(f"identity written to {target}; keep a copy in a safe place", err=True)


@command.command("set")
@click.argument("file", type=_PATH)
@click.argument("key", required=False)
@click.option(
    "--recipient", "recipients", multiple=True, metavar="PUBLIC_KEY", help="Encrypt a new file for it (repeatable)."
)
def set_(file: Path, key: str | None, recipients: tuple[str, ...]) -> None:
    """Put a secret into FILE under KEY, such as main.api_key.

    The value is asked for without showing it, or read from standard input; it is never an argument. An existing
    file keeps its other values as they are. A file named *.age holds one secret and takes no KEY.

    A new file is encrypted for --recipient, else for SOPS_AGE_RECIPIENTS, else as the nearest .sops.yaml says, else
    for your own identity.
    """
    from reconciler.sealed import setting

    wanted = setting.Setting(file, key, recipients, os.environ, _home(), asker())
    click.echo(setting.put(wanted, _value, datetime.now(UTC)))


def _value() -> Secret:
    from reconciler.sealed.payload import secret_of

    if sys.stdin.isatty():
        typed = click.prompt("Value", hide_input=True, confirmation_prompt="Once more", err=True)
        return secret_of(typed.encode())
    return secret_of(sys.stdin.buffer.read(), is_whole_file=True)
