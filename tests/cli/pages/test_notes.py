from __future__ import annotations

import re

import pytest

from reconciler.cli.pages.library import find
from reconciler.cli.pages.notes import NOTES


@pytest.mark.parametrize("at", sorted(NOTES))
def test_a_note_sends_nobody_to_a_topic_that_is_not_there(at):
    for topic in re.findall(r"reconcile explain (\S+)", " ".join(NOTES[at].split())):
        assert find(topic)
