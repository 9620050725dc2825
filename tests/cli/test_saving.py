"""Plans are written whole, without a secret, and read no further than a plan can be long."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.cli.saving import Keeper, content, read_plan
from reconciler.errors import GuardRefused, OperationalError, PlanRefused
from reconciler.kit import redact
from reconciler.model import plan_file

PLAN = runpy.run_path(str(Path(__file__).parents[1] / "model" / "test_plan_file.py"))["PLAN"]


def test_a_plan_is_written_and_read_again(tmp_path):
    keeper = Keeper(tmp_path / "plan.json", timedelta(hours=1))

    keeper.keep(PLAN)

    assert read_plan(tmp_path / "plan.json") == PLAN
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]
    assert "good until 2026-11-22T13:00:00Z" in keeper.told


def test_a_plan_that_would_hold_a_secret_is_not_written(tmp_path):
    redact.remember("its key changed")

    with pytest.raises(GuardRefused, match="would hold a secret"):
        Keeper(tmp_path / "plan.json").keep(PLAN)

    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_cannot_be_written_is_told(tmp_path):
    keeper = Keeper(tmp_path / "absent" / "plan.json")

    with pytest.raises(OperationalError, match="cannot be written"):
        keeper.keep(PLAN)

    assert keeper.told == ""


def test_a_plan_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(PlanRefused, match="cannot be read"):
        read_plan(tmp_path)


def test_no_more_is_read_than_a_plan_can_hold(tmp_path, monkeypatch):
    monkeypatch.setattr("reconciler.cli.saving.MAX_BYTES", 10)
    monkeypatch.setattr(plan_file, "MAX_BYTES", 10)
    (tmp_path / "plan.json").write_bytes(b" " * 100)

    assert len(content(tmp_path / "plan.json")) == 11
    with pytest.raises(PlanRefused, match="larger than"):
        read_plan(tmp_path / "plan.json")
