from __future__ import annotations

from reconciler.documents.config import Config


def test_an_empty_config_has_every_default(known):
    config = Config.model_validate({}, context=known)

    assert config == Config()
    assert config.manifests == ("connections.d",)
    assert (config.platform.driver, config.platform.path) == ("embedded", ".reconciler/platform.db")
    assert config.store.path == ".reconciler/state.db"
    assert (config.egress.addresses, config.exchanges, config.strategies) == ((), {}, {})
