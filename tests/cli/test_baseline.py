"""The baseline from the command line: what it covers, and that nothing but its own option writes it."""

import json
import shutil
from pathlib import Path

import pytest

from reconciler.cli.main import run

ROOT = Path(__file__).parents[2]
STRICT = "apiVersion: reconciler/v1\nkind: Policy\nmetadata: {name: strict}\nspec: {rules: {naming: deny}}\n"
KEY = "AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "connections.d", tmp_path / "connections.d")
    (tmp_path / "connections.d" / "strict.yaml").write_text(STRICT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def validate(*options: str) -> int:
    return run(["validate", *options])


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_fleet_that_is_not_clean_fails_only_on_what_is_new(repository, capsys):
    assert validate() == 5
    assert validate("--write-baseline", "baseline.json") == 0
    assert validate("--baseline", "baseline.json") == 0
    assert "2 in the baseline" in capsys.readouterr().out

    text = (repository / "connections.d" / "mexc-spot-main.yaml").read_text()
    (repository / "connections.d" / "mexc-spot-main.yaml").write_text(text.replace("MEXC Spot Main", "Main"))

    assert validate("--baseline", "baseline.json") == 5
    assert '"Main" does not say' in capsys.readouterr().out


def test_what_was_mended_is_told(repository, capsys):
    validate("--write-baseline", "baseline.json")
    (repository / "connections.d" / "strict.yaml").write_text(STRICT.replace("naming: deny", "naming: off"))
    text = (repository / "connections.d" / "policy.yaml").read_text()
    (repository / "connections.d" / "policy.yaml").write_text(text.replace("naming: warn", "naming: off"))
    capsys.readouterr()

    assert validate("--baseline", "baseline.json") == 0
    assert "2 findings of the baseline are gone: naming (" in capsys.readouterr().out


def test_a_secret_in_the_clear_is_never_covered(repository, capsys):
    (repository / "connections.d" / "extra.yaml").write_text(f"# {KEY}\n")

    assert validate("--write-baseline", "baseline.json") == 5
    assert validate("--baseline", "baseline.json") == 5
    assert "private-key" not in (repository / "baseline.json").read_text()
    assert KEY not in capsys.readouterr().out


def test_only_its_own_option_writes(repository):
    validate("--write-baseline", "baseline.json")
    before = files(repository)

    validate("--baseline", "baseline.json")

    assert files(repository) == before
    assert json.loads(before[str(repository / "baseline.json")])["schema"] == "reconciler/baseline/v1"


def test_manifests_that_are_not_valid_get_no_baseline(repository):
    (repository / "connections.d" / "broken.yaml").write_text("a: [")

    assert validate("--write-baseline", "baseline.json") == 4
    assert not (repository / "baseline.json").exists()


@pytest.mark.parametrize(
    ("text", "told"), [(None, "cannot be read"), ("{}", "is no baseline"), ("[1", "is no baseline")]
)
def test_a_baseline_that_is_none_is_told_and_never_taken_for_an_empty_one(text, told, repository, capsys):
    if text is not None:
        (repository / "baseline.json").write_text(text)

    assert validate("--baseline", "baseline.json") == 4
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("name", ["connections.d/policy.yaml", ".git/config", "missing/b.json", "link.json"])
def test_no_baseline_takes_the_place_of_something_else(name, repository, capsys):
    (repository / ".git").mkdir()
    (repository / "link.json").symlink_to("/etc/hostname")

    assert validate("--write-baseline", name) == 64
    assert "--write-baseline" in capsys.readouterr().err
