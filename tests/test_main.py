"""The installed program and the module are one."""

import subprocess
import sys


def test_the_module_runs_and_leaves_with_its_exit_code():
    good = subprocess.run(
        [sys.executable, "-m", "reconciler", "--version"], capture_output=True, text=True, check=False
    )
    bad = subprocess.run([sys.executable, "-m", "reconciler", "nonsense"], capture_output=True, text=True, check=False)

    assert (good.returncode, good.stdout.split()[0]) == (0, "reconcile")
    assert bad.returncode == 64
    assert "Traceback" not in bad.stderr


def test_a_reader_that_goes_away_is_no_traceback():
    command = f"{sys.executable} -m reconciler explain | true"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert done.stderr == ""
