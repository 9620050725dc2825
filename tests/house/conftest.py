"""Where the house stands: paths and parsed sources for its laws."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_IGNORED = frozenset({"__pycache__", ".venv", "build", "dist"})


def python_files(folder: Path) -> list[Path]:
    """All Python files below a folder, in order."""
    return sorted(path for path in folder.rglob("*.py") if not _IGNORED & set(path.parts))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def sources() -> list[Path]:
    """Every file of the package."""
    return python_files(ROOT / "reconciler")


@pytest.fixture(scope="session")
def tests() -> list[Path]:
    """Every Python file of the tests."""
    return python_files(ROOT / "tests")


@pytest.fixture(scope="session")
def trees(sources: list[Path]) -> dict[Path, ast.Module]:
    """Every file of the package, parsed."""
    return {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sources}


@pytest.fixture
def planted(tmp_path: Path):
    """Write a file into a small house of its own and return its path: laws must catch what is planted."""

    def plant(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return plant
