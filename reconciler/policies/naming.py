"""`naming`: a display name says exchange, market and purpose, as "MEXC Spot Main" does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime

from reconciler.documents.connection import Connection
from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding

_ID = "naming"
_MARKETS = ("spot", "margin", "futures")
# Words that say nothing of what a key is for, and those that only join others.
_EMPTY = frozenset({"connection", "key", "api", "exchange", "and", *_MARKETS})
_LONGEST_NAME, _LONGEST_LABEL = 200, 63
_PAGE = """\
Whoever reads a dashboard at night should see from the name alone which key is meant. A display name is written as
exchange, market and purpose: "MEXC Spot Main", "KuCoin Futures Conservative". Several markets are named one after
the other. metadata.name is the same name as a DNS label: mexc-spot-main.

Levels: deny, warn (holds where no policy says otherwise), off.

Reported: no spec.displayName; a displayName of another pattern; a metadata.name that is not its DNS label. The
finding carries a name that would do.

To meet it: write the suggested name. A displayName can be changed at any time. metadata.name is the identity of
the connection: another one is a new connection, and the old one is deleted by the same plan.
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    if setting.level is None:
        return
    document = subject.connection.document
    written, title = document.spec.display_name, fleet.title(document.spec.exchange)
    suggested = _suggest(document, title)
    place, remedy = ("spec", "displayName"), f'write displayName: "{suggested}"'
    if written is None:
        message = f"{subject.name} has no display name"
        yield finding(subject.connection, _ID, setting.level, message, *place, remedy=remedy)
        return
    if not _fits(written, title, document.spec.markets):
        message = f'"{written}" does not say exchange, market and purpose'
        yield finding(subject.connection, _ID, setting.level, message, *place, remedy=remedy)
    label = _label(written)
    if label and label != subject.name:
        message = f'metadata.name is not the label of "{written}", which is {label}'
        remedy = (
            f"name it {label} before it is applied; later, change the displayName: a renamed connection is a new one"
        )
        yield finding(subject.connection, _ID, setting.level, message, "metadata", "name", remedy=remedy)


def _fits(written: str, title: str, markets: Sequence[str]) -> bool:
    named, words = _words(title), _words(written)
    after = len(named) + len(set(markets))
    wanted = sorted(market.capitalize() for market in set(markets))
    return words[: len(named)] == named and sorted(words[len(named) : after]) == wanted and len(words) > after


def _suggest(document: Connection, title: str) -> str:
    spec, name = document.spec, document.metadata.name
    markets = [market.capitalize() for market in dict.fromkeys(spec.markets)]
    said = {word.casefold() for word in (*_words(title), spec.exchange)} | _EMPTY
    candidates = (_words(spec.display_name or ""), [word.capitalize() for word in name.split("-")])
    for words in candidates:
        purpose = [word for word in words if word.casefold() not in said]
        if purpose:
            break
    else:
        purpose = [word.capitalize() for word in _words(spec.account)] or ["Main"]
    head = [title, *markets, purpose[0]]
    for word in purpose[1:]:
        if len(" ".join([*head, word])) > _LONGEST_NAME:
            break
        head.append(word)
    return " ".join(head)


def _words(text: str) -> list[str]:
    # "Spot + Futures", "Spot/Futures" and "Spot and Futures" name two markets as "Spot Futures" does.
    return [word for word in re.split(r"[\s+/&,]+", text) if word and word != "and"]


def _label(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_LABEL].strip("-")


RULE = Rule(
    id=_ID,
    summary='A display name says exchange, market and purpose, as "MEXC Spot Main" does.',
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="warn"),
    check=_check,
)
