"""What a key of the main account is told of the keys of its sub-accounts, asked once for each, and of a safe key."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.model.exchange import Exchange, Purpose
from reconciler.model.permissions import shown
from reconciler.model.probe import Diagnosis, ProbeResult, Target
from reconciler.probing.answer import Answer
from reconciler.probing.classify import Fault, classify
from reconciler.probing.venue import Venue
from reconciler.values.rights import Right, Verdict

K = TypeVar("K")
V = TypeVar("V")
_UID = re.compile(r"[0-9]{1,20}")


class Once(Generic[K, V]):
    """Work that several wait for and that is done once for each name, whoever of them gives up meanwhile."""

    def __init__(self) -> None:
        self._tasks: dict[K, asyncio.Task[V]] = {}

    async def of(self, name: K, work: Callable[[], Coroutine[None, None, V]]) -> V:
        """Return what the work of this name came to."""
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(work())
        return await asyncio.shield(self._tasks[name])

    async def close(self) -> None:
        """Stop what nobody waits for any more, and forget the rest."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of asking for a list: the answer, a failure, or why it was not asked for or is not believed."""

    answer: Answer | None = None
    fault: Fault | None = None
    why: str = ""
    remedy: str = ""


def distrust(lister: Target, result: ProbeResult, uid: str | None, title: str) -> Listed | None:
    """Say why a list is not asked for; None where the key that asks may read, and nothing else."""
    who = f"the key of {lister.name}, which is to list this one,"
    again = f"mend {lister.name} first; this key is then proven at the next test"
    if result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE:
        return Listed(fault=Fault(result.diagnosis, f"{who} could not be tested: {result.message}", Purpose.LISTING))
    if result.diagnosis in (Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED):
        return Listed(why=f"{who} does not work: {result.message}", remedy=again)
    if more := sorted(result.rights.granted() - {Right.READ}):
        told = f"{who} may do more than read: {', '.join(more)}"
        return Listed(
            why=told, remedy=f"let the key of {lister.name} only read at {title}, the keys of sub-accounts too"
        )
    if result.rights.verdict(Right.MANAGE_KEYS) is not Verdict.DENIED:
        told = f"{who} is not proven to read the keys of sub-accounts and to change none"
        return Listed(why=told, remedy=f"give the key of {lister.name} the sub-accounts at {title}, read-only")
    if uid is None or not _UID.fullmatch(uid):
        return Listed(why=f"it did not tell in a known form whose key it is, {shown([uid or ''])}")
    if result.account.uid is None:
        told = f"{who} did not tell of which account it is, so this one may be of the same"
        return Listed(why=told, remedy=again)
    if uid == result.account.uid:
        remedy = "remove proof.listedBy: it is of use for keys of sub-accounts only"
        return Listed(why="the key belongs to the main account itself, whose keys nobody lists", remedy=remedy)
    return None


async def listing(exchange: Exchange, venue: Venue, lister: Target, uid: str, key: str) -> Listed:
    """Ask for the keys of one sub-account; `key` says who pays for it."""
    request = exchange.asked_for(Purpose.LISTING)[0]
    async with venue.lease(lister.credentials, account=lister.account, key=key) as visit:
        try:
            answer = await venue.ask(visit, request, uid)
        except TimeoutError:
            return Listed(fault=Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "the test took too long", Purpose.LISTING))
        fault = classify(exchange, answer, is_bound=bool(lister.ip_allowlist))
        if fault is None:
            venue.ease(visit, request)
            return Listed(answer)
        venue.obey(visit, request, fault)
    if fault.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE:
        return Listed(fault=fault)
    why = f"the key of {lister.name} was not shown the keys of this sub-account: {fault.when}"
    return Listed(
        why=why, remedy=f"name the sub-account's own main account under proof.listedBy, or mend {lister.name}"
    )
