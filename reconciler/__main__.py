"""The entry of the `reconcile` command."""

from __future__ import annotations

import gc
import os
import sys

# What is imported is never garbage, and to look for some meanwhile is a good part of the start-up of `validate`. Real
# cycles are still collected, only in larger lots.
_OBJECTS_BEFORE_A_SEARCH = 200_000


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(_OBJECTS_BEFORE_A_SEARCH)
    # Whatever else is installed beside us gets no hook into a process that holds secrets, and start-up need not look
    # for it. https://docs.pydantic.dev/latest/concepts/plugins/#disabling-plugins, last verified 2026-11-22.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from reconciler.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
