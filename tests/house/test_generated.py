"""The law of generated files: schemas, tables and the exit codes in the documentation are what the code says."""

from __future__ import annotations

import runpy

import pytest

from reconciler.cli.exit_codes import EXIT_CODES


@pytest.fixture(scope="module")
def generated(root):
    return runpy.run_path(str(root / "docs" / "generate.py"))


def test_every_generated_file_is_as_the_code_says(generated):
    stale = [
        str(path)
        for path, text in generated["files"]()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]

    assert stale == [], "run: make fix"


def test_every_schema_is_generated(root, generated):
    paths = {path for path, _ in generated["files"]()}

    assert [path.name for path in (root / "schemas").iterdir() if path not in paths] == []


def test_the_readme_has_the_exit_codes(root):
    readme = (root / "README.md").read_text(encoding="utf-8")

    assert [one.code for one in EXIT_CODES if f"| {one.code} | {one.meaning} |" not in readme] == []
