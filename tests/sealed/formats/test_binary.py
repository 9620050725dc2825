"""Files of any other kind."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import binary


def test_the_content_is_the_one_value():
    written = binary.write([{"data": "x"}], {"mac": "m"})

    assert binary.read(written).documents == [{"data": "x"}]


@pytest.mark.parametrize("text", ['{"data": "x", "more": "y", "sops": {"a": 1}}', '{"other": "x", "sops": {"a": 1}}'])
def test_anything_beside_the_content_is_refused(text):
    with pytest.raises(SecretRejected, match="exactly one"):
        binary.read(text.encode())
