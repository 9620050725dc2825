from __future__ import annotations

from reconciler.cli.main import run


def test_without_a_remembered_run_the_way_to_one_is_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    code = run(["status"])

    assert code == 3
    assert capsys.readouterr().out == "error: no run has been remembered here yet\n  hint: make one: reconcile\n"
    assert list(tmp_path.iterdir()) == []


def test_a_given_config_that_is_not_there_is_invalid(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    code = run(["status", "-c", "absent.yaml"])

    assert code == 4
    assert "--config" in capsys.readouterr().out
