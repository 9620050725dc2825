"""The generator of the tables; that they are fresh is a law of the house."""

import importlib.util
from pathlib import Path

import pytest

from reconciler import wiring
from reconciler.model.probe import Diagnosis

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_table_is_used(generate):
    text = "".join(page.read_text() for page in generate.PAGES)

    assert [name for name in generate.TABLES if f"<!-- generated: {name} -->" not in text] == []


def test_a_stale_table_is_replaced_and_the_rest_stays(generate):
    page = "before\n<!-- generated: diagnoses -->\nSTALE\n<!-- end -->\nafter\n"

    renewed = generate.renewed(page)

    assert "STALE" not in renewed
    assert renewed.startswith("before\n")
    assert renewed.endswith("<!-- end -->\nafter\n")
    assert generate.renewed(renewed) == renewed


def test_a_table_that_nobody_makes_is_an_error(generate):
    with pytest.raises(KeyError):
        generate.renewed("<!-- generated: nothing -->\n<!-- end -->\n")


def test_every_diagnosis_and_every_rule_has_its_row(generate):
    assert all(one.value in generate.diagnoses() for one in Diagnosis)
    assert all(f"`{rule.id}`" in generate.rules() for rule in wiring.rules())


def test_a_bar_in_a_cell_does_not_break_the_table(generate):
    assert generate.table(("a",), [("x | y",)]) == "| a |\n| --- |\n| x \\| y |\n"
