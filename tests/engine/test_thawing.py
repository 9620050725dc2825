"""A window that was taken away or shortened lets more happen, one that moved to another policy does not."""

from __future__ import annotations

import pytest

from reconciler.engine.loosening import Loosening
from reconciler.model.comparison import Direction

NIGHT = {"cron": "0 22 * * *", "duration": "8h"}
WIDER, NARROWER, NEUTRAL = Direction.WIDER, Direction.NARROWER, Direction.NEUTRAL


def told(build, base, head):
    manifests = [build.manifests(build.connection(labels={"team": "a"}), *side) for side in (base, head)]
    found = Loosening(*manifests, []).policies()
    return {(part.path, part.direction, part.why) for one in found for part in one.parts}


CASES = {
    "added": ({}, {"night": NIGHT}, {(NARROWER, "freezes more")}),
    "taken away": ({"night": NIGHT}, {}, {(WIDER, "freezes less")}),
    "shortened": ({"night": NIGHT}, {"night": {**NIGHT, "duration": "7h"}}, {(WIDER, "freezes less")}),
    "lengthened": ({"night": NIGHT}, {"night": {**NIGHT, "duration": "1d"}}, {(NARROWER, "freezes more")}),
    "moved": (
        {"night": NIGHT},
        {"night": {**NIGHT, "cron": "0 21 * * *"}},
        {(WIDER, "freezes less"), (NARROWER, "freezes more")},
    ),
    "on another clock": (
        {"night": NIGHT},
        {"night": {**NIGHT, "timeZone": "Europe/Berlin"}},
        {(WIDER, "freezes less"), (NARROWER, "freezes more")},
    ),
    "as long, written otherwise": (
        {"night": NIGHT},
        {"night": {**NIGHT, "duration": "480m"}},
        {(NEUTRAL, "no more and no less is asked")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_window_that_changes_has_its_direction(build, case):
    before, after, ways = CASES[case]

    found = told(build, [build.policy(**before)], [build.policy(**after)])

    assert found == {("spec.freeze.night", *way) for way in ways}


@pytest.mark.parametrize("case", CASES)
def test_the_way_back_has_the_directions_turned(build, case):
    before, after, _ = CASES[case]
    there = told(build, [build.policy(**before)], [build.policy(**after)])
    turned = {WIDER: NARROWER, NARROWER: WIDER, NEUTRAL: NEUTRAL}
    words = {"freezes less": "freezes more", "freezes more": "freezes less"}

    back = told(build, [build.policy(**after)], [build.policy(**before)])

    assert back == {(path, turned[way], words.get(why, why)) for path, way, why in there}


def test_a_window_that_moves_to_another_policy_freezes_as_it_did(build):
    one, two = build.policy("one", night=NIGHT), build.policy("two", night=NIGHT)

    assert {way for _, way, _ in told(build, [one], [two])} == {NEUTRAL}


def test_a_window_that_another_one_covers_may_go(build):
    long = build.policy("long", all={**NIGHT, "duration": "1d"})

    assert {way for _, way, _ in told(build, [long, build.policy(night=NIGHT)], [long, build.policy()])} == {NEUTRAL}


def test_who_is_selected_counts(build):
    one, all_ = build.policy(labels={"team": "a"}, night=NIGHT), build.policy(night=NIGHT)

    assert told(build, [all_], [one]) == {("spec.select.labels", WIDER, "looser")}
    assert told(build, [one], [all_]) == {("spec.select.labels", NARROWER, "stricter")}


def test_a_label_that_leads_out_of_a_window_is_wider(build):
    side = build.manifests(build.connection(labels={"team": "a"}), build.policy(labels={"team": "a"}, night=NIGHT))
    loosening = Loosening(side, side, [])

    (out,) = loosening.by_labels({"team": "a"}, {})
    (into,) = loosening.by_labels({}, {"team": "a"})

    assert (out.path, out.direction, out.why) == ("freeze.night", WIDER, "freezes less, by its labels")
    assert (into.direction, into.after) == (NARROWER, {**NIGHT, "timeZone": "UTC"})
