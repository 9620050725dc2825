"""The baseline file of `validate`: read when it is named, and written by the one option that says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.engine.settle import settle, worth_keeping
from reconciler.errors import InvalidConfig, OperationalError
from reconciler.kit.files import write_shared
from reconciler.model.baseline import Baseline, parse, render
from reconciler.model.report import Report
from reconciler.wiring import Workspace, rules

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Baselines:
    """Which baseline a validation is held against, and where a new one is to be written."""

    read: Path | None = None
    write: Path | None = None


def held_against(report: Report, workspace: Workspace, baselines: Baselines) -> Report:
    """Return a validation held against its baseline; a new one is written first, and is the one that counts then.

    Raises InvalidConfig where the baseline cannot be read, OperationalError where it cannot be written.
    """
    baseline = _read(baselines.read) if baselines.read else None
    if baselines.write is not None:
        text = render(worth_keeping(report.findings, rules()))
        _write(baselines.write, text)
        baseline = parse(text.encode(), str(baselines.write))
    if baseline is None:
        return report
    is_whole = not workspace.is_selection
    return replace(report, findings=settle(report.findings, baseline, rules(), is_whole=is_whole))


def _read(path: Path) -> Baseline:
    try:
        with path.open("rb") as file:
            return parse(file.read(_LARGEST), str(path))
    except OSError as error:
        hint = "write one with: reconcile validate --write-baseline FILE"
        raise InvalidConfig(f"the baseline {path} cannot be read: {error.strerror}", hint=hint) from error
    except (ValueError, RecursionError) as error:
        hint = "write it anew with: reconcile validate --write-baseline FILE"
        raise InvalidConfig(f"{path} is no baseline", hint=hint) from error


def _write(path: Path, text: str) -> None:
    try:
        write_shared(path, text.encode())
    except OSError as error:
        raise OperationalError(f"the baseline cannot be written to {path}: {error.strerror}") from error
