"""A presence is claimed by one, and ends with its process, however that ends."""

import subprocess
import sys

from reconciler.kit.presence import Presence, machine

HOLD = """
import sys
from pathlib import Path
from reconciler.kit.presence import Presence
presence = Presence(Path(sys.argv[1]))
print(presence.claim(), flush=True)
sys.stdin.read()
"""


def test_only_one_can_claim_and_who_has_may_claim_again(tmp_path):
    first, second = Presence(tmp_path / "writer"), Presence(tmp_path / "writer")

    assert (first.claim(), first.claim(), second.claim()) == (True, True, False)
    first.release()
    assert second.claim()
    second.release()


def test_a_killed_process_is_present_no_more(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path / "writer")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "True\n"
        mine = Presence(tmp_path / "writer")
        assert not mine.claim()

        child.kill()
        child.wait()

        assert mine.claim()
        mine.release()


def test_where_no_file_can_be_made_nobody_is_present(tmp_path):
    assert not Presence(tmp_path / "nowhere" / "writer").claim()


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "writer").symlink_to(tmp_path / "elsewhere")

    assert not Presence(tmp_path / "writer").claim()
    assert not (tmp_path / "elsewhere").exists()


def test_a_machine_is_the_same_for_all_its_processes():
    command = [sys.executable, "-c", "from reconciler.kit.presence import machine; print(machine())"]

    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert told == machine()
