from __future__ import annotations

import re

import pytest

from reconciler.cli.exit_codes import EXIT_CODES
from reconciler.cli.pages.library import GROUPS, find, index, library
from reconciler.cli.pages.page import render
from reconciler.errors import UsageError
from reconciler.manifests.mistakes import MISTAKES
from reconciler.model.probe import Diagnosis
from reconciler.wiring import rules


def test_every_page_stands_in_a_group_and_no_group_is_empty():
    assert {page.group for page in library()} == set(GROUPS)


def test_no_group_explains_one_word_twice():
    topics = [(page.group, page.topic) for page in library()]

    assert len(set(topics)) == len(topics)


@pytest.mark.parametrize("page", library(), ids=lambda page: f"{page.group}: {page.topic}")
def test_a_page_fits_the_terminal_and_is_found_by_its_topic(page):
    text = render(page, colour=False)

    assert page in find(page.topic)
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= 80


@pytest.mark.parametrize("page", library(), ids=lambda page: f"{page.group}: {page.topic}")
def test_a_page_sends_nobody_to_a_topic_that_is_not_there(page):
    for topic in re.findall(r"reconcile explain ([a-z][\w.-]*\w)", " ".join(f"{page.summary} {page.text}".split())):
        assert find(topic)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_has_its_page_with_its_levels(rule):
    (page,) = find(rule.id)

    assert page.summary == rule.summary
    assert rule.page in page.text
    assert rule.is_fixed == ("no switch" in page.text.partition("\n")[0])


@pytest.mark.parametrize("word", MISTAKES)
def test_every_mistake_has_its_page(word):
    assert any(page.group == "mistakes" for page in find(word))


@pytest.mark.parametrize("code", EXIT_CODES, ids=lambda code: str(code.code))
def test_every_exit_code_is_found_by_its_number(code):
    assert [page.summary for page in find(str(code.code))] == [code.meaning]


@pytest.mark.parametrize("diagnosis", Diagnosis)
def test_a_diagnosis_is_found_as_it_is_printed(diagnosis):
    assert any(page.group == "diagnoses" for page in find(diagnosis.value))
    assert any(page.group == "diagnoses" for page in find(diagnosis.value.lower().replace(" ", "-")))


@pytest.mark.parametrize("word", ["spec.ipAllowlist", "ipAllowlist", "IPALLOWLIST", "Connection.spec.ipAllowlist"])
def test_a_field_is_found_by_the_end_of_its_path(word):
    assert [page.topic for page in find(word)] == ["connection.spec.ipAllowlist"]


def test_a_word_that_means_several_things_gives_all_of_them():
    assert {page.group for page in find("file")} == {"secrets", "mistakes"}


@pytest.mark.parametrize(
    ("word", "group"), [("diagnosis", "diagnoses"), ("exit codes", "exit-codes"), ("Rules", "rules")]
)
def test_a_group_is_found_by_either_of_its_words(word, group):
    (page,) = find(word)

    assert page.topic == group
    assert all(one.topic in page.text for one in library() if one.group == group)


def test_the_exit_codes_say_which_of_several_wins():
    assert "64, 4, 3, 6, 5, 1, 2, 0" in find("exit-codes")[0].summary


def test_a_near_miss_is_told():
    with pytest.raises(UsageError) as caught:
        find("no-withdrow")

    assert 'did you mean "no-withdraw"?' in caught.value.hint


def test_a_word_that_could_be_a_secret_is_not_repeated():
    with pytest.raises(UsageError) as caught:
        find("mx0vglZ8aaaaBBBBcccc1234")

    assert "mx0v" not in caught.value.message + caught.value.hint


def test_the_index_lists_every_group_and_topic_but_the_fields():
    text = index().text

    assert all(f"{group}: " in text for group in GROUPS)
    assert all(page.topic in text for page in library() if page.group != "fields")
