from __future__ import annotations

from reconciler.documents.binding import StrategyBinding

LEAST = {
    "apiVersion": "reconciler/v1",
    "kind": "StrategyBinding",
    "metadata": {"name": "a"},
    "spec": {"connection": "c", "strategy": "s", "market": "spot", "pairs": ["BTC/USDT"]},
}


def test_what_is_not_written_has_its_default(known):
    spec = StrategyBinding.model_validate(LEAST, context=known).spec

    assert (spec.enabled, spec.risk_level, spec.recovery_mode, spec.settings) == (True, "balanced", False, {})
    assert (spec.margin_limit, spec.averaging) == (None, None)


def test_settings_are_kept_as_they_are(known):
    settings = {"grid": [1, 2.5, None, {"deep": True}]}
    data = {**LEAST, "spec": {**LEAST["spec"], "settings": settings}}

    assert StrategyBinding.model_validate(data, context=known).spec.settings == settings
