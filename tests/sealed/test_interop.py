"""An independent reader of SOPS files opens what we write, where one is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache

import pytest

from reconciler.sealed import reading
from reconciler.sealed.writing import Sealing, new_file, with_value

from .conftest import NOON, person

# The npm package sops-age 4.0.2 shares no code with us; to run these tests, name the folder it is installed in
# in NODE_PATH. https://www.npmjs.com/package/sops-age, last verified 2026-11-22.
READ = """
const { decryptSops } = require("sops-age");
const [path, secretKey] = process.argv.slice(1);
decryptSops({ path, secretKey }).then((tree) => console.log(JSON.stringify(tree)));
"""
SOPS = shutil.which("sops")
TREES = {
    "yaml": {"main": {"api_key": "é✓ value", "n": 5}, "list": ["a", True, 1.5], "clear_unencrypted": "x", "y": "no"},
    "json": {"main": {"api_key": "é✓ value", "n": 5}, "list": ["a", True, None]},
    "dotenv": {"A": "one\ntwo", "B": "é"},
}
SUFFIXES = {"yaml": "yaml", "json": "json", "dotenv": "env"}


@cache
def has_sops_age() -> bool:
    node = shutil.which("node")
    return node is not None and subprocess.run([node, "-e", 'require("sops-age")'], capture_output=True).returncode == 0


@pytest.fixture(params=TREES)
def written(request, tmp_path, alice):
    """A file that was made and then changed by us, and what it holds."""
    tree = TREES[request.param]
    key = "added"
    made = new_file([tree], request.param, Sealing([[alice.public]]), NOON)
    data = with_value(made, request.param, [key], "later", alice.stages, NOON)
    file = tmp_path / f"a.{SUFFIXES[request.param]}"
    file.write_bytes(data)
    return file, {**tree, key: "later"}


def test_sops_age_opens_what_we_write(written, alice):
    if not has_sops_age():
        pytest.skip("node with the package sops-age in NODE_PATH is not installed")
    file, tree = written

    done = subprocess.run(["node", "-e", READ, file, alice.private], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == tree


@pytest.mark.skipif(SOPS is None, reason="the sops program is not installed")
def test_sops_opens_what_we_write(written, alice):
    file, tree = written
    environ = {**os.environ, "SOPS_AGE_KEY": alice.private}

    done = subprocess.run(
        [SOPS, "decrypt", "--output-type", "json", file], capture_output=True, text=True, check=True, env=environ
    )

    assert json.loads(done.stdout) == tree


def test_a_file_for_two_people_opens_for_each_of_them_alone(tmp_path, alice):
    bob = person()
    data = new_file([TREES["yaml"]], "yaml", Sealing([[alice.public, bob.public]]), NOON)

    assert [reading.open_file(data, "yaml", one.stages).documents for one in (alice, bob)] == [[TREES["yaml"]]] * 2
