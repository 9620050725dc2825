"""A pass tests what is due, what changed and what was asked for, and takes the rest as it was proven."""

import runpy
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.documents.config import WatchSpec
from reconciler.model.probe import Diagnosis
from reconciler.model.watched import Quarantine, Watched
from reconciler.watch.deciding import Declared, choose, declared, next_pass
from reconciler.watch.schedule import Timing

NOUNS = runpy.run_path(str(Path(__file__).with_name("nouns.py")))
NOON, after, result, connection = NOUNS["NOON"], NOUNS["after"], NOUNS["result"], NOUNS["connection"]
USUAL = Timing.of(timedelta(minutes=15), timedelta(minutes=1))
MAIN = Declared("main", "doc", USUAL, timedelta(days=1))
KEPT = Watched(
    "main", "key", "doc", result=result(), attempted_at=after(minutes=-5), answered_at=NOON, next_at=after(minutes=10)
)
HELD = Quarantine("key", "doc", NOON)


def kept(**fields):
    values = {name: getattr(KEPT, name) for name in KEPT.__slots__}
    return {"main": Watched(**{**values, **fields})}


def test_what_is_not_due_stands_and_its_secret_stays_shut():
    choice = choose([MAIN], kept(), NOON)

    assert choice.tested == frozenset()
    assert choice.known["main"].is_shut
    assert choice.known["main"].fingerprint == "key"


@pytest.mark.parametrize(
    "watched",
    [
        {},
        {"main": Watched("main")},
        kept(next_at=NOON),
        kept(manifest="another"),
        kept(result=None),
        kept(quarantine=HELD, manifest="another", next_at=after(minutes=10)),
        kept(next_at=after(days=300)),
    ],
)
def test_what_is_new_due_or_changed_is_tested(watched):
    choice = choose([MAIN], watched, NOON)

    assert (choice.tested, choice.known) == ({"main"}, {})


def test_what_was_tested_a_moment_ago_is_not_tested_again():
    choice = choose([MAIN], kept(next_at=NOON, attempted_at=after(seconds=-30)), NOON)

    assert choice.tested == frozenset()


def test_a_changed_document_is_tested_at_once_all_the_same():
    choice = choose([MAIN], kept(manifest="another", attempted_at=after(seconds=-1)), NOON)

    assert choice.tested == {"main"}


def test_a_key_in_quarantine_is_not_tested_when_it_is_due_but_its_secret_is_looked_at():
    choice = choose([MAIN], kept(quarantine=HELD, next_at=NOON), NOON)

    assert choice.tested == frozenset()
    assert not choice.known["main"].is_shut


@pytest.mark.parametrize("fields", [{}, {"quarantine": HELD}, {"attempted_at": NOON}])
def test_whoever_asks_gets_a_test(fields):
    assert choose([MAIN], kept(**fields), NOON, asked=["main"]).tested == {"main"}


def test_after_a_file_change_every_secret_is_opened():
    assert not choose([MAIN], kept(), NOON, is_reopened=True).known["main"].is_shut


def test_a_secret_that_did_not_open_stands_for_nothing():
    choice = choose([MAIN], kept(fingerprint=None, result=result(Diagnosis.UNVERIFIED)), NOON)

    assert (choice.tested, choice.known) == (frozenset(), {})


def test_what_is_known_of_others_does_not_matter():
    assert choose([], kept(), NOON) == choose([], {}, NOON)
    assert next_pass([], kept(), NOON) is None


def test_the_next_pass_is_when_the_first_connection_is_due():
    other = Declared("other", "doc", USUAL, timedelta(days=1))
    watched = {**kept(), "other": kept(next_at=after(minutes=3))["main"]}

    assert next_pass([MAIN, other], watched, NOON) == after(minutes=3)


def test_a_first_test_that_was_cut_off_is_not_begun_again_before_the_floor():
    new = Declared("new", "doc", USUAL, timedelta(days=1))
    watched = {**kept(next_at=NOON), "new": Watched("new", attempted_at=after(seconds=-20))}

    assert next_pass([MAIN, new], watched, NOON) == after(seconds=40)
    assert next_pass([MAIN, new], kept(next_at=NOON), NOON) == NOON


@pytest.mark.parametrize(
    ("spec", "watch", "interval", "stale_after"),
    [
        ({}, {}, "0:15:00", "1 day, 0:00:00"),
        ({"interval": "5m"}, {}, "0:05:00", "1 day, 0:00:00"),
        ({"interval": "5s"}, {}, "0:01:00", "1 day, 0:00:00"),
        ({"interval": "1d"}, {}, "1 day, 0:00:00", "2 days, 0:00:00"),
        ({}, {"interval": "1h", "staleAfter": "3h"}, "1:00:00", "3:00:00"),
    ],
)
def test_how_a_connection_is_watched_is_read_from_both_files(spec, watch, interval, stale_after):
    found = declared(connection(**spec), WatchSpec.model_validate(watch))

    assert (str(found.timing.interval), str(found.stale_after)) == (interval, stale_after)


def test_every_change_of_a_document_shows():
    one, two = (declared(connection(account=account), WatchSpec()) for account in ("a", "b"))

    assert one.digest != two.digest
    assert one == declared(connection(account="a"), WatchSpec())
