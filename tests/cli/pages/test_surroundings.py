from __future__ import annotations

import re
from pathlib import Path

import reconciler
from reconciler.cli.pages import surroundings
from reconciler.kit import discover

SOURCES = Path(reconciler.__file__).parent


def test_every_kind_of_secret_reference_is_explained():
    assert sorted(surroundings.SCHEMES) == list(discover.names("reconciler.secrets"))


def test_every_variable_that_the_program_names_is_explained():
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py"))
    named = set(re.findall(r"\b(?:RECONCILE_[A-Z]+(?:_[A-Z]+)*|SOPS_[A-Z_]*[A-Z])\b", text))
    families = [name.removesuffix("*") for name in surroundings.ENVIRONMENT if name.endswith("*")]

    unexplained = {name for name in named if name not in surroundings.ENVIRONMENT}

    assert {name for name in unexplained if not any(f"{name}_".startswith(family) for family in families)} == set()
