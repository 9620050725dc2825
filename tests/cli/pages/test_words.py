from __future__ import annotations

import pytest

from reconciler.cli.pages import words
from reconciler.model.drift import DriftSeverity, DriftSource
from reconciler.model.plan import Action
from reconciler.model.probe import Check, CheckState, Diagnosis, Status
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity


@pytest.mark.parametrize(
    ("table", "all_words"),
    [
        (words.RIGHTS, Right),
        (words.VERDICTS, Verdict),
        (words.CHECKS, Check),
        (words.CHECK_STATES, CheckState),
        (words.STATUSES, Status),
        (words.DIAGNOSES, Diagnosis),
        (words.SEVERITIES, Severity),
        (words.ACTIONS, Action),
        (words.DRIFT, [*DriftSource, *DriftSeverity]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_word_of_a_report_is_explained(table, all_words):
    assert list(table) == list(all_words)


def test_every_diagnosis_has_a_status_and_a_remedy():
    pages = {page.topic: page for page in words.pages() if page.group == "diagnoses"}

    for diagnosis in Diagnosis:
        assert f"Status: {diagnosis.status}" in pages[diagnosis].text
        assert "Remedy: " in pages[diagnosis].text
