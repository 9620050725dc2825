"""The RECONCILE_* variables: known names, sane values, and no value ever shown that could be a secret."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from reconciler.doctor.row import Row, fail, ok, warn
from reconciler.kit.suggest import closest

_VALUES = "RECONCILE_SECRET_"
_KNOWN = ("RECONCILE_ALLOW_ENV", "RECONCILE_ALLOW_FILES", "RECONCILE_ALLOW_HOSTS", "RECONCILE_SIMULATOR")


def rows(environ: Mapping[str, str]) -> Iterator[Row]:
    """Look over the variables; nothing is said of those that are not set."""
    names = sorted(name for name in environ if name.startswith("RECONCILE_"))
    secrets = [name for name in names if name.startswith(_VALUES)]
    if secrets:
        yield ok(f"{_VALUES}*", f"{len(secrets)} set")
    for name in names:
        if name not in secrets and name not in _KNOWN:
            yield _unknown(name)
    for name, judge in zip(_KNOWN, (_env, _files, _hosts, _simulator), strict=True):
        if environ.get(name):
            yield judge(name, environ[name])


def _unknown(name: str) -> Row:
    near = closest(name, _KNOWN)
    return warn(name, "is no variable of this program", f"did you mean {near}?" if near else "unset it")


def _env(name: str, value: str) -> Row:
    if any(pattern.strip() in ("*", "?*", "*?") for pattern in value.split(",")):
        return warn(name, "lets manifests read every environment variable", "name the variables, or a common prefix")
    return ok(name, f"allows {value}")


def _files(name: str, value: str) -> Row:
    folders = [folder for folder in value.split(os.pathsep) if folder]
    wrong = [folder for folder in folders if not Path(folder).is_absolute() or not Path(folder).is_dir()]
    if wrong:
        return fail(name, f"{wrong[0]} is no absolute path of a folder", "correct it, or leave it out")
    if any(len(Path(folder).resolve().parts) == 1 for folder in folders):
        return warn(name, "lets manifests read every file of this machine", "name the folder that holds the secrets")
    return ok(name, f"allows {', '.join(folders)}")


def _hosts(name: str, value: str) -> Row:
    wrong = [host for host in value.split(",") if "/" in host or "*" in host or not host.strip()]
    if wrong:
        return warn(name, f'"{wrong[0]}" is no host, and allows nothing', "write host or host:port, without a scheme")
    return ok(name, f"credentials may also go to {value}")


def _simulator(name: str, value: str) -> Row:
    try:
        count = len(json.loads(Path(value).read_text(encoding="utf-8"))["exchanges"])
    except (OSError, ValueError, KeyError, TypeError):
        return fail(name, f"{value} is no ready-file of a running simulator", "start one, or unset the variable")
    return ok(name, f"{value} names {count} simulated exchanges")
