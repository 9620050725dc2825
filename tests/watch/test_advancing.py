"""What is known of a connection goes on from pass to pass, whatever each of them learned."""

import runpy
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.probe import Check, CheckState, Diagnosis
from reconciler.model.watched import ConditionKind, Truth, Watched
from reconciler.watch.advancing import Learned, advance
from reconciler.watch.deciding import Declared, choose
from reconciler.watch.schedule import Timing, next_moment

NOUNS = runpy.run_path(str(Path(__file__).with_name("nouns.py")))
NOON, after, result = NOUNS["NOON"], NOUNS["after"], NOUNS["result"]
USUAL = Timing.of(timedelta(minutes=15), timedelta(minutes=1))
MAIN = Declared("main", "doc", USUAL, timedelta(days=1))
AWAY = Diagnosis.EXCHANGE_UNAVAILABLE


def passed(kept, diagnosis=None, *, at=NOON, is_tested=True, fingerprint="key", drawn=0.0, **more):
    learned = Learned(result(diagnosis, at=at, **more), is_tested, fingerprint, "abc…xyz")
    return advance(kept, MAIN, learned, at, lambda: drawn)


def test_a_first_test_sets_everything():
    kept, told = passed(Watched("main"))

    assert (kept.fingerprint, kept.manifest, kept.masked_key) == ("key", "doc", "abc…xyz")
    assert kept.answered_at == NOON
    assert kept.next_at == next_moment("main", USUAL, NOON)
    assert len(told) == kept.transitions == 6


def test_a_lost_answer_comes_back_sooner_and_later_each_time():
    kept, at, waits = passed(Watched("main"))[0], NOON, []
    for _ in range(5):
        at += timedelta(hours=1)
        kept, told = passed(kept, AWAY, at=at)
        waits.append(kept.next_at - at)
        assert told == ()

    assert kept.failures == 5
    assert waits[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert max(waits) <= USUAL.furthest
    assert kept.answered_at == NOON
    assert passed(kept, at=at)[0].failures == 0


def test_a_right_that_is_gained_is_one_transition():
    kept, _ = passed(Watched("main"))

    kept, told = passed(kept, Diagnosis.WITHDRAWAL_ENABLED, at=after(minutes=15))

    assert [(one.kind, one.before, one.after, one.reason, one.number) for one in told] == [
        (ConditionKind.RIGHTS_COMPLIANT, Truth.TRUE, Truth.FALSE, "WithdrawalEnabled", 6)
    ]


def test_a_refused_key_is_in_quarantine_until_it_is_another():
    refused, _ = passed(Watched("main"), Diagnosis.INVALID_KEY)
    held, _ = passed(refused, Diagnosis.INVALID_KEY, at=after(hours=1), is_tested=False)
    freed, _ = passed(refused, at=after(hours=1), fingerprint="other")

    assert refused.quarantine == held.quarantine
    assert freed.quarantine is None
    assert choose([MAIN], {"main": held}, after(days=3)).tested == frozenset()
    assert choose([MAIN], {"main": freed}, after(days=3)).tested == {"main"}


def test_a_pass_that_did_not_ask_changes_nothing_but_the_time():
    kept, _ = passed(Watched("main"))

    same, told = passed(kept, at=NOON, is_tested=False)

    assert (same, told) == (kept, ())


def test_a_secret_that_does_not_open_is_no_news_of_the_key_and_is_looked_at_once_an_interval():
    kept, _ = passed(Watched("main"))
    closed = dict.fromkeys(Check, CheckState.SKIPPED)

    later, told = passed(
        kept, Diagnosis.UNVERIFIED, at=kept.next_at, is_tested=False, fingerprint=None, checks=closed, ip_allowlist=None
    )

    assert told == ()
    assert later.next_at > kept.next_at
    assert later.answered_at == NOON


def test_a_part_of_an_answer_is_an_answer():
    kept, _ = passed(Watched("main"), AWAY, proven_at=NOON)

    assert (kept.answered_at, kept.failures) == (NOON, 1)


@given(st.lists(st.tuples(st.sampled_from((None, *Diagnosis)), st.floats(0, 1), st.booleans()), max_size=40))
def test_nobody_is_ever_forgotten_or_asked_below_the_floor(looks):
    kept, now = Watched("main"), NOON
    for diagnosis, drawn, is_tested in looks:
        before = kept
        kept, told = passed(kept, diagnosis, at=now, drawn=drawn, is_tested=is_tested)

        assert kept.next_at is not None
        if is_tested:
            assert USUAL.floor <= kept.next_at - now <= USUAL.furthest
        assert kept.transitions == before.transitions + len(told)
        now = max(kept.next_at, now)
