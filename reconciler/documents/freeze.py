"""Freeze windows: times in which a policy lets nothing be changed but what narrows."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from reconciler.documents import shapes
from reconciler.documents.parts import DnsLabel, Part
from reconciler.kit.cron import parse, zone


def _known(name: str) -> str:
    # Which zones there are, the machine says, and no schema can.
    if zone(name) is None:
        raise PydanticCustomError("unknown_time_zone", "no such time zone")
    return name


def _coming(cron: str) -> str:
    if parse(cron).is_never:
        raise PydanticCustomError("cron_never", "no such day")
    return cron


Cron = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=shapes.CRON), AfterValidator(_coming)]
Span = Annotated[str, StringConstraints(strict=True, pattern=shapes.SPAN)]
TimeZone = Annotated[
    str, StringConstraints(strict=True, max_length=100, pattern=shapes.TIME_ZONE), AfterValidator(_known)
]


class Window(Part):
    """A time in which nothing is changed but what narrows."""

    cron: Cron = Field(description="When it begins: minute, hour, day, month, weekday, such as 0 22 * * FRI.")
    duration: Span = Field(description="How long it lasts, such as 90m, 56h or 2d.")
    time_zone: TimeZone = Field(default="UTC", description="On whose clock it begins, such as Europe/Berlin.")


Freeze = dict[DnsLabel, Window]
