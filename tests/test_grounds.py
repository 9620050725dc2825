"""What lies beside the documents, read from real folders: the rules' own cases are in `tests/policies/cases/`."""

import os
from pathlib import Path

import pytest

from reconciler.documents.config import Config
from reconciler.grounds import Scale, grounds
from reconciler.manifests.load import load
from reconciler.wiring import known

CONNECTION = """\
apiVersion: reconciler/v1
kind: Connection
metadata: {{name: {name}, labels: {{team: {team}}}}}
spec: {{exchange: mexc, markets: [spot], credentials: {{sops: {file}, key: a}}}}
"""


def connection(name: str, file: str, team: str = "red") -> str:
    return CONNECTION.format(name=name, file=file, team=team)


@pytest.fixture
def seen(tmp_path: Path):
    def look(files: dict[str, str], scale: Scale | None = None):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        manifests = load([tmp_path / "connections.d"], root=tmp_path, known=known())
        assert manifests.findings == ()
        return grounds(manifests, Config(), scale or Scale(), {})

    return look


def test_a_file_that_many_name_is_looked_at_once_for_all_their_labels(seen):
    around = seen(
        {
            "connections.d/a.yaml": connection("one", "secrets/x.sops.yaml"),
            "connections.d/deep/b.yaml": connection("two", "../secrets/x.sops.yaml", "blue"),
        }
    )

    (file,) = around.secrets
    assert file.path == "connections.d/secrets/x.sops.yaml"
    assert file.users == ("one", "two")
    assert [labels["team"] for labels in file.labels] == ["red", "red", "blue", "blue"]
    assert [use.field for use in file.uses] == ["apiKey", "secret"] * 2


def test_a_selection_says_nothing_of_files_that_nobody_in_it_names(seen):
    files = {
        "connections.d/a.yaml": connection("one", "secrets/x.sops.yaml"),
        "connections.d/secrets/other.sops.yaml": "a: b",
        "keys.txt": "AGE",
    }

    whole, part = seen(files), seen(files, Scale(is_selection=True))

    assert [one.path for one in whole.secrets] == [
        "connections.d/secrets/x.sops.yaml",
        "connections.d/secrets/other.sops.yaml",
    ]
    assert [one.path for one in part.secrets] == ["connections.d/secrets/x.sops.yaml"]
    assert [one.path for one in whole.texts] == ["connections.d/a.yaml", "keys.txt"]
    assert [one.path for one in part.texts] == ["connections.d/a.yaml"]


def test_links_pipes_and_large_files_are_told_and_not_read(seen, tmp_path):
    (tmp_path / "connections.d/secrets").mkdir(parents=True)
    (tmp_path / "outside").write_text("secret: of the host")
    (tmp_path / "connections.d/secrets/link.sops.yaml").symlink_to(tmp_path / "outside")
    os.mkfifo(tmp_path / "connections.d/secrets/pipe.sops.yaml")
    (tmp_path / "connections.d/secrets/large.sops.yaml").write_bytes(b"#" * (1 << 21))

    around = seen({"connections.d/a.yaml": connection("one", "secrets/link.sops.yaml")})

    told = {one.path.rpartition("/")[2]: one.problem for one in around.secrets}
    assert "is a symbolic link" in told["link.sops.yaml"]
    assert "not a regular file" in told["pipe.sops.yaml"]
    assert "larger than" in told["large.sops.yaml"]
    assert all(one.sealed is None for one in around.secrets)


def test_key_files_that_are_links_are_left_alone(seen, tmp_path):
    (tmp_path / "keys.txt").symlink_to("/etc/hostname")

    assert [one.path for one in seen({"connections.d/a.yaml": connection("one", "x.sops.yaml")}).texts] == [
        "connections.d/a.yaml"
    ]
