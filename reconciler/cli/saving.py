"""Plans in files: one is written whole beside the report of a dry run, and read again as a stranger's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from reconciler.errors import GuardRefused, OperationalError, PlanRefused
from reconciler.kit.clock import iso
from reconciler.kit.files import write_shared
from reconciler.kit.redact import redact
from reconciler.model.plan_file import MAX_BYTES, read, render
from reconciler.model.saved import SavedPlan

LONGEST = timedelta(days=7)


@dataclass
class Keeper:
    """Writes the plan of a dry run to a file; `told` then says where it is and how long it holds."""

    file: Path
    lifetime: timedelta = timedelta(hours=1)
    told: str = ""

    def keep(self, saved: SavedPlan) -> None:
        """Write a plan, whole or not at all.

        Raises GuardRefused where it would hold a secret, OperationalError where it cannot be written.
        """
        text = render(saved)
        if redact(text) != text:
            raise GuardRefused(
                "the plan would hold a secret, and was not written",
                hint="a value of a secret file stands in a manifest in clear; take it out",
            )
        try:
            write_shared(self.file, text.encode())
        except OSError as error:
            raise OperationalError(f"the plan cannot be written to {self.file}: {error.strerror}") from error
        self.told = f"plan written to {self.file}, good until {iso(saved.expires_at)}: reconcile apply {self.file}"


def content(file: Path) -> bytes:
    """Return what a plan's file holds, and never more than a plan can be long.

    Raises PlanRefused where there is nothing to be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PlanRefused(f"the plan cannot be read: {error.strerror}", hint="name the file of --out") from error


def read_plan(file: Path) -> SavedPlan:
    """Read the file of a plan.

    Raises PlanRefused for anything this program did not write.
    """
    return read(content(file))
