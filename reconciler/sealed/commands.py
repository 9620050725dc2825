"""Running the command that the operator's environment names for identities; no manifest can name one."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping

from reconciler.errors import SecretLocked

_SECONDS = 60


def output_of(variable: str, environ: Mapping[str, str]) -> bytes:
    """Return what the command in an environment variable prints; it is split as a shell would, but run by none.

    SOPS runs it once a recipient and names that in SOPS_AGE_RECIPIENT; here one run serves all files.
    Raises SecretLocked when it cannot be run or fails; its output is in no message.
    """
    try:
        words = shlex.split(environ[variable])
    except ValueError:
        words = []
    if not words:
        raise SecretLocked(f"{variable} holds no command")
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, as SOPS defines it
            words,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SecretLocked(f"the command of {variable} took longer than {_SECONDS} seconds") from None
    except OSError as error:
        raise SecretLocked(f"the command of {variable} cannot be run: {error.strerror}") from None
    if done.returncode != 0:
        raise SecretLocked(f"the command of {variable} failed with code {done.returncode}")
    return done.stdout
