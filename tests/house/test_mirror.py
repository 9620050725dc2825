"""The law of the mirror: whoever looks for the tests of a module knows where they are."""

from __future__ import annotations

from pathlib import Path

# Modules that hold nothing to test on their own. This list only gets shorter.
EXEMPT: frozenset[str] = frozenset({"model/drift.py", "model/outcome.py", "model/ports.py"})


# What a plug-in of these families is tested with is data: documents that pass and fail, or a scenario.
_CASES = {"policies": "policies/cases/{}.yaml", "cli/commands": "cli/scenarios/{}.yaml"}


def expected_test(module: Path) -> Path:
    """Return where the tests of a module stand, both below their own roots."""
    return module.parent / f"test_{module.stem.strip('_')}.py"


def is_tested(module: Path, tests: Path) -> bool:
    """Whether a module has its test file, or its family's kind of cases."""
    cases = _CASES.get(module.parent.as_posix())
    is_case = cases is not None and (tests / cases.format(module.stem)).exists()
    return is_case or (tests / expected_test(module)).is_file()


def missing(package: Path, tests: Path, exempt: frozenset[str]) -> list[str]:
    """Return the modules that have no test file."""
    modules = [path.relative_to(package) for path in sorted(package.rglob("*.py")) if path.name != "__init__.py"]
    return [str(one) for one in modules if str(one) not in exempt and not is_tested(one, tests)]


def test_every_module_has_its_test_file(root):
    absent = missing(root / "reconciler", root / "tests", EXEMPT)

    assert not absent, "no test file for:\n  " + "\n  ".join(absent)


def test_nothing_is_exempt_without_need(root):
    needless = [one for one in EXEMPT if not (root / "reconciler" / one).is_file()]
    tested = [one for one in EXEMPT if (root / "tests" / expected_test(Path(one))).is_file()]

    assert needless + tested == []


def test_a_planted_module_without_tests_is_caught(planted, tmp_path):
    planted("reconciler/kit/__init__.py", "")
    planted("reconciler/kit/tested.py", "")
    planted("reconciler/kit/untested.py", "")
    planted("reconciler/policies/key_age.py", "")
    planted("tests/kit/test_tested.py", "")
    planted("tests/policies/cases/key_age.yaml", "")

    assert missing(tmp_path / "reconciler", tmp_path / "tests", frozenset()) == ["kit/untested.py"]
