"""What every platform must do, over everything found in the folder."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from reconciler.engine.changes import creation, deletion, steps
from reconciler.engine.renames import rename
from reconciler.errors import PlatformError
from reconciler.kit import discover
from reconciler.kit.keyfile import HostKey
from reconciler.model.moving import Move
from reconciler.model.state import Kind, ManagedObject
from reconciler.values.secret import Credentials, Secret

KEY = HostKey(bytes(range(32)))
FIRST = Credentials(Secret("first-api-key-0001"), Secret("first-secret-0001"))
SECOND = Credentials(Secret("second-api-key-0001"), Secret("second-secret-0001"), Secret("pass phrase ü"))


def fingerprint(credentials: Credentials) -> str:
    return KEY.fingerprinter().of(credentials.parts())


MAIN = ManagedObject(Kind.CONNECTION, "main", {"spec.account": "main", "spec.markets": ["spot"]}, fingerprint(FIRST))
GRID = ManagedObject(
    Kind.BINDING,
    "grid",
    {"spec.connection": "main", "spec.enabled": True, "spec.settings": {"a": [1, 1.5, None, True, "ü"]}},
)


def step(before, after):
    (change,) = steps(before, after, "")
    return change


RENAMED = replace(MAIN, fields={**MAIN.fields, "spec.account": "b"})
REKEYED = replace(MAIN, fingerprint=fingerprint(SECOND))
DISABLED = replace(GRID, fields={**GRID.fields, "spec.enabled": False})
SUSPENDED = replace(GRID, suspended="connection main is Blocked")
TO_FIRST, TO_NET = Move(Kind.CONNECTION, "main", "first"), Move(Kind.BINDING, "grid", "net")
FIRST_MAIN = TO_FIRST.of(MAIN)
# What is there before, the change, what is there after, and the key that goes with it.
CASES = {
    "create": ([], creation(MAIN, ""), [MAIN], FIRST),
    "create a binding": ([MAIN], creation(GRID, ""), [MAIN, GRID], None),
    "create a suspended binding": ([MAIN], creation(SUSPENDED, ""), [MAIN, SUSPENDED], None),
    "update": ([MAIN], step(MAIN, RENAMED), [RENAMED], None),
    "update a binding": ([MAIN, GRID], step(GRID, DISABLED), [MAIN, DISABLED], None),
    "replace": ([MAIN, GRID], step(MAIN, REKEYED), [REKEYED, GRID], SECOND),
    "suspend": ([MAIN, GRID], step(GRID, SUSPENDED), [MAIN, SUSPENDED], None),
    "resume": ([MAIN, SUSPENDED], step(SUSPENDED, GRID), [MAIN, GRID], None),
    "rename": ([MAIN, GRID], rename(TO_FIRST, FIRST_MAIN), [FIRST_MAIN, TO_FIRST.of(GRID)], None),
    "rename a binding": ([MAIN, SUSPENDED], rename(TO_NET, TO_NET.of(SUSPENDED)), [MAIN, TO_NET.of(SUSPENDED)], None),
    "delete": ([MAIN], deletion(MAIN), [], None),
    "delete a binding": ([MAIN, GRID], deletion(GRID), [MAIN], None),
}


@pytest.fixture(params=discover.names("reconciler.platforms"))
def opened(request, tmp_path):
    """A function that opens the same platform again and again."""
    module = discover.load("reconciler.platforms", request.param)
    platforms = []

    def open_it(*, read_only: bool = False):
        platform = module.open_platform(tmp_path / "platform.db", key=KEY, read_only=read_only)
        platforms.append(platform)
        return platform

    yield open_it
    for platform in platforms:
        asyncio.run(platform.close())


def apply(platform, *changes, credentials=None):
    for change in changes:
        asyncio.run(platform.apply(change, credentials))


def read(platform):
    return sorted(asyncio.run(platform.read()), key=lambda one: one.id)


def holding(platform, objects):
    for one in objects:
        apply(platform, creation(one, ""), credentials=FIRST if one.kind is Kind.CONNECTION else None)
    return platform


def test_a_new_platform_is_empty(opened):
    assert read(opened(read_only=True)) == []


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_done_and_seen_by_the_next_reader(opened, case):
    before, change, after, credentials = CASES[case]

    apply(holding(opened(), before), change, credentials=credentials)

    assert read(opened(read_only=True)) == after


@pytest.mark.parametrize("case", CASES)
def test_doing_a_change_a_second_time_changes_nothing(opened, case):
    before, change, after, credentials = CASES[case]
    platform = holding(opened(), before)

    apply(platform, change, change, credentials=credentials)

    assert read(platform) == after


@pytest.mark.parametrize("case", CASES)
def test_a_platform_that_is_read_only_refuses_to_change(opened, case):
    before, change, _, credentials = CASES[case]
    holding(opened(), before)

    with pytest.raises(PlatformError):
        apply(opened(read_only=True), change, credentials=credentials)
    assert read(opened(read_only=True)) == before


def test_a_binding_is_refused_where_its_connection_is_missing(opened):
    platform = opened()

    with pytest.raises(PlatformError, match="main"):
        apply(platform, creation(GRID, ""))
    assert read(platform) == []


def test_a_connection_is_not_deleted_under_a_binding(opened):
    platform = holding(opened(), [MAIN, GRID])

    with pytest.raises(PlatformError, match="grid"):
        apply(platform, deletion(MAIN))
    assert read(platform) == [MAIN, GRID]


@pytest.mark.parametrize("credentials", [None, SECOND])
def test_a_connection_is_stored_with_the_very_key_that_was_tested(opened, credentials):
    platform = opened()

    with pytest.raises(PlatformError, match="credentials"):
        apply(platform, creation(MAIN, ""), credentials=credentials)
    assert read(platform) == []


def test_what_somebody_else_changed_since_the_plan_is_not_written_over(opened):
    platform = holding(opened(), [MAIN, GRID])
    stale = step(replace(GRID, fields={**GRID.fields, "spec.enabled": None}), DISABLED)

    with pytest.raises(PlatformError, match="somebody else"):
        apply(platform, stale)
    assert read(platform) == [MAIN, GRID]


@pytest.mark.parametrize(
    ("before", "change"),
    [([], step(MAIN, RENAMED)), ([MAIN], creation(RENAMED, "")), ([MAIN], step(GRID, SUSPENDED))],
)
def test_a_change_of_what_is_gone_and_a_creation_of_what_exists_are_refused(opened, before, change):
    platform = holding(opened(), before)

    with pytest.raises(PlatformError, match=r"is gone|exists already"):
        apply(platform, change, credentials=FIRST)
    assert read(platform) == before


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ([], "main is gone"),
        ([MAIN, FIRST_MAIN], "first exists already"),
        ([RENAMED], "main was changed by somebody else"),
    ],
)
def test_a_rename_of_something_else_than_was_seen_is_refused(opened, before, says):
    platform = holding(opened(), before)

    with pytest.raises(PlatformError, match=says):
        apply(platform, rename(TO_FIRST, FIRST_MAIN))
    assert read(platform) == sorted(before, key=lambda one: one.id)


def test_a_message_never_holds_a_key(opened):
    platform = opened()

    with pytest.raises(PlatformError) as refusal:
        apply(platform, creation(MAIN, ""), credentials=SECOND)

    assert not any(part in f"{refusal.value!r}{refusal.value.hint}" for part in SECOND.parts())
