from __future__ import annotations

import pytest

from reconciler.prose.summary import heading, summary

SUMMARIES = {
    "nothing-to-do": "4 connections: 4 Online. Nothing to change. No drift.",
    "dry-run": "4 connections: 4 Online. 2 to create, 1 to update. No drift. 1 warning.",
    "valid": "20 documents are valid.",
    "invalid-manifests": "Invalid: 4 errors. Nothing was contacted.",
    "everything-failing": "4 connections: 1 Failed, 2 Unavailable, 1 Unverified.",
    "blocked-and-suspended": (
        "4 connections: 2 Online, 1 Blocked, 1 Suspended. 2 to create, 1 to update, 1 to suspend, 1 to resume, "
        "1 to delete, 1 held. 1 drift (1 incident). 1 error, 1 warning."
    ),
    "applied": "4 connections: 4 Online. 2 created, 1 suspended, 1 resumed, 1 failed, 1 held, 1 not tried. No drift.",
    "drift": "2 connections: 1 Online, 1 Blocked. 2 drift (1 incident).",
    "status": "2 connections: 1 Online, 1 Blocked. 1 drift (1 incident).",
    "stopped": "",
    "five-hundred-findings": "500 documents are valid, with 500 warnings.",
}


@pytest.mark.parametrize("case", SUMMARIES)
def test_the_last_line_says_what_came_of_it(nouns, case):
    assert summary(nouns.CASES[case]) == SUMMARIES[case]


def test_a_single_document_is_valid_in_the_singular(nouns):
    assert summary(nouns.report("validate", documents=1)) == "1 document is valid."


def test_no_document_at_all_is_not_called_valid(nouns):
    assert summary(nouns.report("validate", documents=0, failures=(nouns.Failure("none", "", 3),))) == ""


def test_a_config_that_cannot_be_used_counts_as_an_error(nouns):
    stopped = nouns.report("run", is_valid=False, failures=nouns.CASES["stopped"].failures)

    assert summary(stopped) == "Invalid: 1 error. Nothing was contacted."


@pytest.mark.parametrize(
    ("case", "title"),
    [
        ("nothing-to-do", "Reconciled"),
        ("dry-run", "Dry run: nothing was changed"),
        ("drift", "Looked for drift: nothing was changed"),
        ("status", "As of 2026-11-22 12:00 UTC (3 h ago)"),
        ("stopped", "Nothing was applied"),
        ("valid", ""),
        ("invalid-manifests", ""),
    ],
)
def test_the_first_line_says_what_was_run(nouns, case, title):
    assert heading(nouns.CASES[case])[0] == title


def test_a_run_that_has_not_applied_yet_shows_a_plan(nouns):
    assert heading(nouns.report("run", changes=(nouns.CREATE,)))[0] == "Plan"


def test_the_facts_of_a_run_are_its_time_its_length_and_its_revision(nouns):
    assert heading(nouns.CASES["dry-run"])[1] == "2026-11-22 12:00 UTC · 1.2 s · revision 3f2a9c1e"
