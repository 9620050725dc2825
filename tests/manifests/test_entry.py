from __future__ import annotations

from reconciler.manifests.entry import name_in, read_file
from reconciler.manifests.files import Found
from reconciler.manifests.tree import Folder


def read(tmp_path, known, text):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    return read_file(Found(str(path), "a.yaml"), Folder(path.parent), known)


def test_all_documents_of_a_file_are_read(tmp_path, known, connection, binding):
    entries, findings = read(tmp_path, known, f"{connection}---\n{binding}---\n# nothing\n---\n")

    assert [(entry.kind, entry.name) for entry in entries] == [
        ("Connection", "mexc-spot-main"),
        ("StrategyBinding", "spot-grid"),
    ]
    assert findings == []


def test_a_broken_document_hides_none_behind_it(tmp_path, known, connection, binding):
    entries, findings = read(tmp_path, known, f"a: [\n---\n{connection}---\n\tx\n---\n{binding}")

    assert [entry.document is None for entry in entries] == [False, False]
    assert [(one.rule, one.location.line) for one in findings] == [("syntax", 1), ("syntax", 11)]


def test_findings_name_kind_and_name_when_they_are_known(tmp_path, known, connection):
    _, findings = read(tmp_path, known, connection.replace("exchange: mexc", "exchange: mexx"))

    assert [(one.kind, one.name, one.severity) for one in findings] == [("Connection", "mexc-spot-main", "deny")]


def test_a_name_that_is_not_valid_is_not_shown(tmp_path, known, connection):
    _, findings = read(tmp_path, known, connection.replace("mexc-spot-main", "CANARY_5f0e"))

    assert [one.name for one in findings] == [None]
    assert "CANARY" not in str(findings)


def test_a_document_that_breaks_off_keeps_its_name(tmp_path, known, connection):
    entries, _ = read(tmp_path, known, connection + "  rotation: [\n")

    assert [(entry.kind, entry.name, entry.document) for entry in entries] == [("Connection", "mexc-spot-main", None)]
    assert entries[0].field("exchange") == "mexc"


def test_the_findings_of_one_file_end_somewhere(tmp_path, known):
    _, findings = read(tmp_path, known, "---\n- x\n" * 3000)

    assert len(findings) == 1001
    assert findings[-1].rule == "too-many"


def test_a_name_is_read_from_any_data():
    assert name_in({"metadata": {"name": "a-1"}}) == "a-1"
    assert [name_in(data) for data in (None, [], {"metadata": []}, {"metadata": {"name": "a\n"}})] == [None] * 4
