from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reconciler.documents import shapes
from reconciler.documents.config import Config
from reconciler.kit.duration import duration


def test_an_empty_config_has_every_default(known):
    config = Config.model_validate({}, context=known)

    assert config == Config()
    assert config.manifests == ("connections.d",)
    assert (config.platform.driver, config.platform.path) == ("embedded", ".reconciler/platform.db")
    assert config.store.path == ".reconciler/state.db"
    assert (config.egress.addresses, config.exchanges, config.strategies) == ((), {}, {})


def test_how_the_loop_runs_has_defaults_of_its_own(known):
    watch = Config.model_validate({"watch": {"interval": "1h30m"}}, context=known).watch

    assert (watch.interval, watch.floor, watch.stale_after, watch.debounce) == ("1h30m", "1m", "24h", "1s")
    assert watch.mode == "enforce"


@pytest.mark.parametrize("text", ["", "0", "15", "15 m", "1.5h", "-1m", "1m1h", "9999999999s", 15])
def test_a_span_that_is_none_is_refused(known, text):
    with pytest.raises(ValidationError):
        Config.model_validate({"watch": {"interval": text}}, context=known)


@given(st.from_regex(re.compile(shapes.DURATION), fullmatch=True).filter(lambda text: len(text) >= 2))
def test_every_span_that_is_accepted_can_be_read(text):
    assert duration(text) >= timedelta(0)
