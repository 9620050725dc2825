"""Where reports may go, and where none may."""

import os
from pathlib import Path

import pytest

from reconciler.cli.targets import Target, guard, target_of, targets_of
from reconciler.errors import UsageError

TEXT, JSON = Target("text"), Target("json")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("json", JSON),
        ("json=-", JSON),
        ("json=report.json", Target("json", Path("report.json"))),
        ("text=a=b.txt", Target("text", Path("a=b.txt"))),
    ],
)
def test_a_format_may_name_its_file(text, target):
    assert target_of(text) == target


def test_a_format_without_the_file_it_promises_says_what_to_write():
    with pytest.raises(UsageError) as caught:
        target_of("json=")

    assert caught.value.hint == "write -o json=FILE, or -o json for stdout"


def test_an_unknown_word_is_not_repeated():
    with pytest.raises(UsageError) as caught:
        target_of("mx0vSECRET=report.json")

    assert "mx0v" not in f"{caught.value.message} {caught.value.hint}"


def test_nothing_asked_is_text_to_stdout():
    assert targets_of((), None) == (TEXT,)
    assert targets_of((), Path("report.txt")) == (Target("text", Path("report.txt")),)


def test_two_reports_to_stdout_are_refused_with_the_words_to_write():
    with pytest.raises(UsageError) as caught:
        targets_of((TEXT, JSON), None)

    assert caught.value.exit_code == 64
    assert caught.value.hint == "give the others a file: -o text -o json=FILE"


def test_a_file_that_no_report_is_left_for_is_refused():
    with pytest.raises(UsageError, match="no report to write"):
        targets_of((Target("json", Path("a.json")),), Path("b.json"))


@pytest.mark.parametrize("other", ["a.json", "./a.json", "b/../a.json"])
def test_two_reports_into_one_file_are_refused(other):
    with pytest.raises(UsageError, match="one file"):
        targets_of((Target("json", Path("a.json")), Target("text", Path(other))), None)


@pytest.mark.parametrize(
    "name", ["a.yaml", "b.yml", "identity.agekey", "key.age", "mexc.sops.json", ".git/config", ".reconciler/r.txt"]
)
def test_no_report_takes_the_place_of_what_others_need(name, tmp_path):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)

    with pytest.raises(UsageError, match="-o json: "):
        guard("-o json", file)


def test_a_link_is_refused_wherever_it_leads(tmp_path):
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")

    with pytest.raises(UsageError, match="link"):
        guard("--output-file", tmp_path / "nowhere")


def test_a_folder_of_the_checkout_that_is_a_link_is_refused(tmp_path, monkeypatch):
    checkout, outside = tmp_path / "checkout", tmp_path / "outside"
    checkout.mkdir()
    outside.mkdir()
    (checkout / "reports").symlink_to(outside)
    monkeypatch.chdir(checkout)

    with pytest.raises(UsageError, match="link"):
        guard("-o json", Path("reports/r.json"))


def test_a_link_above_the_checkout_is_the_operators_own(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path / "real")

    guard("-o json", tmp_path / "home" / "r.json")


def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UsageError, match="no regular file"):
        guard("--output-file", tmp_path / "pipe")


def test_a_file_that_is_there_may_be_written_over(tmp_path):
    (tmp_path / "r.json").write_text("old")

    guard("-o json", tmp_path / "r.json")
