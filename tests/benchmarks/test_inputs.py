"""The benchmarks measure manifests that are right: a finding would be measured along."""

import subprocess
import sys
from pathlib import Path

from benchmarks import inputs

RECONCILE = str(Path(sys.executable).with_name("reconcile"))


def test_generated_manifests_are_valid_without_a_remark(tmp_path):
    inputs.write_shared_files(tmp_path / "connections.d", 24, per_file=10)

    run = subprocess.run([RECONCILE, "validate"], cwd=tmp_path, capture_output=True, text=True)

    assert (run.returncode, run.stdout.strip()) == (0, "48 documents are valid.")


def test_both_layouts_hold_the_same_documents(tmp_path):
    inputs.write_one_document_files(tmp_path / "single", 7)
    inputs.write_shared_files(tmp_path / "shared", 7, per_file=3)

    single = [path.read_text() for path in (tmp_path / "single").glob("*/[0-9]*.yaml")]
    shared = [text for path in (tmp_path / "shared").glob("*.yaml") for text in path.read_text().split("---\n")]

    assert sorted(single) == sorted(shared)
    assert len(single) == 14
