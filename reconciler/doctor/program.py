"""The program itself: Python, the packages it needs, libyaml, core dumps."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata

from reconciler.doctor.row import Row, fail, ok, warn
from reconciler.kit.process import disable_core_dumps

_OLDEST = (3, 11)
_NEED = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)\s*$")


def rows() -> Iterator[Row]:
    """Look over the program."""
    yield python(sys.version_info[:3])
    yield packages(metadata.requires("reconciler") or ())
    yield libyaml(is_there=bool(importlib.import_module("yaml").__with_libyaml__))
    yield ccxt()
    yield core_dumps(are_off=disable_core_dumps())


def python(version: Sequence[int]) -> Row:
    """Judge the version of Python."""
    shown = ".".join(map(str, version))
    if tuple(version[:2]) < _OLDEST:
        return fail("python", f"Python {shown}", f"install Python {'.'.join(map(str, _OLDEST))} or newer")
    return ok("python", f"Python {shown}")


def packages(needs: Sequence[str]) -> Row:
    """Judge the packages that the program was installed with; optional ones are not looked at."""
    wrong, count = [], 0
    for need in needs:
        if ";" in need or not (parts := _NEED.match(need)):
            continue
        count += 1
        name, least = parts[1], parts[2]
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        if _numbers(found) < _numbers(least):
            wrong.append(f"{name} {found} is older than {least}")
    if wrong:
        return fail("packages", "; ".join(wrong), "install again: pip install --upgrade reconciler")
    return ok("packages", f"all {count} are there and new enough")


def libyaml(*, is_there: bool) -> Row:
    """Judge whether YAML is read by the C library."""
    if is_there:
        return ok("libyaml", "PyYAML reads with libyaml")
    return warn(
        "libyaml",
        "PyYAML was built without libyaml: manifests are read some ten times slower",
        "install a PyYAML wheel",
    )


def ccxt() -> Row:
    """Tell the version of ccxt, without loading it."""
    try:
        return ok("ccxt", f"ccxt {metadata.version('ccxt')}")
    except metadata.PackageNotFoundError:
        return fail("ccxt", "ccxt is missing: no key can be tested", "install again: pip install --upgrade reconciler")


def core_dumps(*, are_off: bool) -> Row:
    """Judge whether memory could end up in a file."""
    if are_off:
        return ok("core dumps", "off for this process, as for every run")
    return warn("core dumps", "could not be switched off: a crash may write secrets to disk", "run with: ulimit -c 0")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
