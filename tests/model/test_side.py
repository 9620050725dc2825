from pathlib import Path

from reconciler.documents.config import Config
from reconciler.model.manifest import Manifests
from reconciler.model.side import Outside, Side


def test_a_side_without_settings_or_secrets_has_the_defaults():
    side = Side("main", Manifests(Path("/")))

    assert side.config == Config()
    assert side.secrets == {}


def test_a_secret_that_nobody_can_look_at_has_no_digest():
    assert Outside().digest is None
