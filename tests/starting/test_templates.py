from __future__ import annotations

import subprocess
import sys

import pytest
from jinja2 import UndefinedError

from reconciler.starting.templates import filled


def test_a_template_is_filled_and_left_otherwise_as_it_is():
    text = filled(
        "github.yml",
        install="first\nsecond",
        pins=dict.fromkeys(("checkout", "setup_python", "upload", "download"), "a@b"),
    )

    assert "uses: a@b" in text
    assert "          first\n          second\n" in text
    assert "${{ secrets.SOPS_AGE_KEY }}" in text
    assert "{=" not in text


def test_a_word_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError):
        filled("connection.yaml")


def test_other_commands_do_not_pay_for_the_templates():
    loaded = (
        "import sys; import reconciler.cli.main as m; m.run(['schema', 'policy']); assert 'jinja2' not in sys.modules"
    )

    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=False).returncode == 0
