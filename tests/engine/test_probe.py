"""All keys are tested, each once, and somebody may watch."""

import asyncio
from dataclasses import replace

import pytest

from reconciler.engine.probe import probe, targets


class Answers:
    """A prober with a prepared result for each name."""

    def __init__(self, results):
        self.results, self.asked = results, []

    async def probe(self, target):
        self.asked.append(target.name)
        await asyncio.sleep(0)
        return self.results[target.name]


class Watcher:
    """Keeps what it is told."""

    def __init__(self):
        self.told = []

    def tested(self, result, done, total):
        self.told.append((done, total))


@pytest.fixture
def connections(build):
    return build.manifests(*(build.connection(name) for name in ("b", "a", "locked")))


@pytest.fixture
def credentials(build):
    return {name: build.credentials(name) for name in ("a", "b")}


def test_a_connection_whose_secret_did_not_open_is_no_target(connections, credentials):
    assert [target.name for target in targets(connections, credentials)] == ["b", "a"]


def test_a_target_tells_from_which_addresses_it_is_tested(connections, credentials):
    assert {target.egress for target in targets(connections, credentials, ("203.0.113.10",))} == {("203.0.113.10",)}


def test_every_key_is_tested_once_and_told_of(build, connections, credentials):
    prober, watcher = Answers({name: build.result(name) for name in "ab"}), Watcher()

    results = asyncio.run(probe(prober, targets(connections, credentials), watcher))

    assert list(results) == ["b", "a"]
    assert sorted(prober.asked) == ["a", "b"]
    assert watcher.told == [(1, 2), (2, 2)]


def test_a_bug_in_a_test_is_not_taken_for_a_result(connections, credentials):
    with pytest.raises(ExceptionGroup):
        asyncio.run(probe(Answers({}), targets(connections, credentials)))


def listed(build, *, is_selected=True):
    reader, sub = build.connection("b"), build.connection("a", proof={"listedBy": "b"})
    whole = build.manifests(sub, reader)
    return whole if is_selected else replace(whole, connections=(sub,), listers=(reader,))


def test_a_key_that_another_lists_is_tested_with_that_one(build, credentials):
    sub, reader = targets(listed(build), credentials)

    assert (sub.name, reader.name) == ("a", "b")
    assert sub.lister == reader
    assert (sub.is_lister, reader.is_lister) == (False, True)


def test_a_lister_outside_of_the_selection_is_asked_and_is_no_target_itself(build, credentials):
    (sub,) = targets(listed(build, is_selected=False), credentials)

    assert sub.lister.name == "b"
    assert sub.lister.is_lister


def test_a_lister_outside_of_the_selection_is_never_probed(build, credentials):
    reader = build.connection("b", proof={"withdrawalProbe": "when-applying"})
    sub = build.connection("a", proof={"listedBy": "b"})
    whole = build.manifests(sub, reader)

    (alone,) = targets(replace(whole, connections=(sub,), listers=(reader,)), credentials, is_applying=True)
    both = {one.name: one for one in targets(whole, credentials, is_applying=True)}

    assert not alone.lister.may_be_probed
    assert both["b"].may_be_probed


def test_a_lister_whose_secret_did_not_open_is_not_asked(build, credentials):
    (sub,) = targets(listed(build), {"a": credentials["a"]})

    assert sub.lister is None


@pytest.mark.parametrize(
    ("proof", "is_applying", "may_be"),
    [
        ({"withdrawalProbe": "when-applying"}, True, True),
        ({"withdrawalProbe": "when-applying"}, False, False),
        ({"listedBy": "b"}, True, False),
        ({}, True, False),
        (None, True, False),
    ],
)
def test_a_key_is_probed_only_where_it_is_declared_and_changes_are_to_follow(
    build, credentials, proof, is_applying, may_be
):
    made = build.manifests(build.connection("a", proof=proof))

    (target,) = targets(made, credentials, is_applying=is_applying)

    assert target.may_be_probed is may_be


def test_each_result_is_heard_of_before_the_next_is_there(build, connections, credentials):
    prober, heard = Answers({name: build.result(name) for name in "ab"}), []

    async def hear(result):
        heard.append((result.name, len(heard)))

    asyncio.run(probe(prober, targets(connections, credentials), heard=hear))

    assert sorted(heard) in ([("a", 0), ("b", 1)], [("a", 1), ("b", 0)])
