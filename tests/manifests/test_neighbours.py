import pytest

from reconciler.manifests.neighbours import is_key_file, is_secret_file, key_files, secret_files


@pytest.mark.parametrize(
    "name", ["keys.txt", "age-key.txt", "me.agekey", ".env", ".env.prod", "prod.env", "id_ed25519", "a.pem"]
)
def test_names_of_key_files_are_known(name):
    assert is_key_file(name)


@pytest.mark.parametrize(
    "name",
    [
        ".env.example",
        ".env.sample",
        "id_ed25519.pub",
        "a.sops.env",
        "keys.enc.env",
        "monkeys.txt",
        "environment",
        "keys.yaml",
    ],
)
def test_templates_public_keys_and_encrypted_files_are_no_key_files(name):
    assert not is_key_file(name)


def test_a_file_is_secret_by_its_name_or_by_its_folder():
    assert is_secret_file("a.sops.yaml", in_secrets=False)
    assert is_secret_file("a.age", in_secrets=False)
    assert is_secret_file("a.yaml", in_secrets=True)
    assert not is_secret_file("a.yaml", in_secrets=False)
    assert not is_secret_file("notes.md", in_secrets=True)


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def test_secret_files_are_found_below_their_places_only(tmp_path):
    write(tmp_path, "c/secrets/a.yaml", "c/deep/b.sops.yaml", "c/plain.yaml", "c/.git/d.sops.yaml", "other/e.sops.yaml")

    assert list(secret_files([tmp_path / "c", tmp_path / "missing", tmp_path / "c/plain.yaml"], tmp_path)) == [
        "c/deep/b.sops.yaml",
        "c/secrets/a.yaml",
    ]


def test_no_link_is_followed_to_secret_files(tmp_path):
    write(tmp_path, "root/c/x.yaml", "outside/a.sops.yaml")
    (tmp_path / "root/c/link").symlink_to(tmp_path / "outside")
    (tmp_path / "root/linked").symlink_to(tmp_path / "outside")
    root = tmp_path / "root"

    assert list(secret_files([root / "c", root / "linked", tmp_path / "outside"], root)) == []


def test_key_files_are_looked_for_in_the_whole_repository(tmp_path):
    write(tmp_path, "keys.txt", "deep/er/me.agekey", "deep/notes.txt", ".env")

    assert key_files(tmp_path) == [".env", "deep/er/me.agekey", "keys.txt"]
