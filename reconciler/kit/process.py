"""What this process does for its own protection."""

from __future__ import annotations

import ctypes
import sys

# <linux/prctl.h>, last verified 2026-11-22.
_PR_SET_DUMPABLE = 4


def disable_core_dumps() -> bool:
    """Keep memory, secrets with it, out of core files and away from debuggers; returns whether all of it took hold."""
    return all([_limit_core_files(), _refuse_dumps()])


def _limit_core_files() -> bool:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return False
    return True


def _refuse_dumps() -> bool:
    # The limit alone does not stop a core pattern that pipes to a program; Linux offers this besides.
    if not sys.platform.startswith("linux"):
        return True
    try:
        return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False
