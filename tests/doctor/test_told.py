from __future__ import annotations

import json

from reconciler.doctor.row import fail, ok, warn
from reconciler.doctor.told import as_json, text

ROWS = (
    ok("python", "fine"),
    warn("clock", "\x1b[2Jodd " + "long " * 40, "mend it"),
    fail("files", "open", "close them"),
)


def test_a_person_sees_a_line_a_row_with_its_fix():
    lines = text(ROWS, width=80).splitlines()

    assert lines[0] == "ok    python: fine"
    assert "fail  files: open" in lines
    assert "        fix: close them" in lines
    assert lines[-1] == "1 ok, 1 warn, 1 fail"
    assert max(map(len, lines)) <= 80


def test_what_others_wrote_cannot_act_on_the_terminal():
    assert "\x1b" not in text(ROWS)


def test_states_are_coloured_only_when_asked():
    assert "\x1b[32mok  \x1b[0m  python" in text(ROWS, colour=True)


def test_a_program_gets_the_same_as_json():
    told = json.loads(as_json(ROWS))

    assert told["schema"] == "reconciler/doctor/v1"
    assert told["summary"] == {"ok": 1, "warn": 1, "fail": 1}
    assert told["rows"][0] == {"check": "python", "state": "ok", "fact": "fine", "fix": None}
    assert told["rows"][2]["fix"] == "close them"
