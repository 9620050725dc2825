import json
from dataclasses import replace

import pytest

from reconciler.model.baseline import VERSION, Known, parse, render
from reconciler.model.finding import Finding, fingerprinted
from reconciler.values.location import Location
from reconciler.values.severity import Severity

ONE = Finding("naming", Severity.WARN, "m", Location("a.yaml", 3, 5), "", "Connection", "main", "x")
TWO = replace(ONE, rule="key-age", kind=None, name=None)


def test_what_is_written_is_read_again():
    read = parse(render(fingerprinted([ONE, TWO])).encode(), "b.json")

    assert read.file == "b.json"
    assert read.known == {
        TWO.fingerprint: Known("key-age", None, None, "a.yaml"),
        ONE.fingerprint: Known("naming", "Connection", "main", "a.yaml"),
    }
    assert [str(known) for known in read.known.values()] == ["key-age (a.yaml)", "naming (main)"]


def test_a_moved_line_and_another_wording_change_nothing_in_it():
    moved = replace(ONE, location=Location("a.yaml", 30, 5), message="n", severity=Severity.DENY)

    assert render(fingerprinted([TWO, moved])) == render(fingerprinted([ONE, TWO]))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{}",
        json.dumps({"schema": "reconciler/report/v1", "findings": []}),
        json.dumps({"schema": VERSION, "findings": {}}),
        json.dumps({"schema": VERSION, "findings": [{"fingerprint": "short", "rule": "x"}]}),
        json.dumps({"schema": VERSION, "findings": [{"fingerprint": "0" * 32}]}),
    ],
)
def test_what_is_no_baseline_is_refused(data):
    with pytest.raises(ValueError):
        parse(data.encode(), "b.json")
