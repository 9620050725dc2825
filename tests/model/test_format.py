from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from reconciler.model.format import Format, Style


def test_a_style_is_plain_unless_told():
    assert not Style().colour


def test_a_format_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Format("text", "tables", ".txt", "text/plain").id = "other"
