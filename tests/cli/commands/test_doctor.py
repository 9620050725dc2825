from __future__ import annotations

import json

from reconciler.cli.main import run


def test_the_rows_are_told_as_text_and_nothing_failing_exits_with_zero(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    code = run(["doctor"])

    assert code == 0
    assert "ok    python: " in capsys.readouterr().out


def test_the_rows_are_told_as_json(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    code = run(["doctor", "-o", "json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {"python", "libyaml", "clock", "manifests"} <= {row["check"] for row in told["rows"]}


def test_a_failing_row_exits_with_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "connections.d").mkdir()
    (tmp_path / "connections.d" / "a.yaml").write_text("kind: Connection\n")

    code = run(["doctor"])

    assert code == 1
    assert "fail  manifests: " in capsys.readouterr().out


def test_an_unknown_format_is_wrong_usage(capsys):
    assert run(["doctor", "-o", "yaml"]) == 64
