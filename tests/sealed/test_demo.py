"""The checked-in identity of the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.model.ports import Place
from reconciler.sealed import demo
from reconciler.secrets import age, sops
from reconciler.values.secret import SecretRef

ROOT = Path(__file__).parents[2]


def test_a_repository_without_one_has_none(tmp_path):
    assert demo.identities(tmp_path) == []


def test_a_link_is_no_demo_identity(tmp_path, alice):
    (tmp_path / "key").write_text(alice.private)
    (tmp_path / "connections.d").mkdir()
    (tmp_path / "connections.d" / "demo.agekey").symlink_to(tmp_path / "key")

    assert demo.identities(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("mexc", ["spot_main.api_key", "spot_main.secret", "recovery_pro.api_key", "recovery_pro.secret"]),
        ("kucoin", ["futures_conservative.api_key", "new_groups.secret", "new_groups.passphrase"]),
    ],
)
def test_the_examples_open_for_the_simulator(tmp_path, file, names):
    place = Place(ROOT / "connections.d", ROOT, simulated=True)
    provider = sops.provider({}, tmp_path)

    for name in names:
        assert len(provider.open(SecretRef("sops", f"secrets/{file}.sops.yaml", name), place)) >= 16


def test_the_example_in_an_age_file_opens_for_the_simulator(tmp_path):
    place = Place(ROOT / "connections.d", ROOT, simulated=True)

    assert len(age.provider({}, tmp_path).open(SecretRef("age", "secrets/kucoin-passphrase.age"), place)) == 16
