"""The exit codes as data: what `explain` prints, and what the tables in the documentation are made from.

Which code a run gets is decided in `engine/verdict.py`; the exceptions carry theirs in `errors.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class ExitCode(NamedTuple):
    """One code and what it tells a pipeline."""

    code: int
    meaning: str


EXIT_CODES = (
    ExitCode(0, "done; with `--detailed-exitcode` also: nothing differs"),
    ExitCode(1, "operational failure: a key's test failed, the platform could not be reached, a change failed"),
    ExitCode(2, "changes are pending or drift was found: `drift` always, other commands with `--detailed-exitcode`"),
    ExitCode(3, "nothing matched: no manifest, or a selector that selects nothing"),
    ExitCode(4, "invalid manifests or config; nothing was contacted"),
    ExitCode(5, "a policy violation of severity deny, a key that can withdraw among them"),
    ExitCode(6, "refused by a guard: mass deletion, stale plan, lock held, no confirmation"),
    ExitCode(64, "wrong usage of the command line"),
    ExitCode(70, "a bug in reconcile: what to report is printed, with secrets struck out"),
    ExitCode(130, "interrupted"),
)

ORDER_NOTE = (
    "Where several apply, the first of 64, 4, 3, 6, 5, 1, 2, 0 wins. The code never depends on the output format."
)
