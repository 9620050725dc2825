"""Core dumps are off, in a process of their own so that the tests keep theirs."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import resource
from reconciler.kit.process import disable_core_dumps
print(disable_core_dumps(), resource.getrlimit(resource.RLIMIT_CORE))
import ctypes
if {linux}:
    print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def test_neither_core_files_nor_dumps_can_be_made():
    linux = sys.platform.startswith("linux")

    done = subprocess.run([sys.executable, "-c", CODE.format(linux=linux)], capture_output=True, text=True, check=True)

    assert done.stdout.split("\n")[0] == "True (0, 0)"
    assert not linux or done.stdout.split("\n")[1] == "0"
