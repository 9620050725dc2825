"""The pages of the exchanges: what is proven at each, by which request, and since when that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.cli.pages.page import Page, fold_words, rows
from reconciler.model.directory import Directory, Provable
from reconciler.model.exchange import Exchange, Purpose, Request

_GENERIC = (
    "It has no file of its own: what is asked is left to ccxt's unified calls. They show whether the key works, and "
    "not what it may do, so the connection is Unverified and never called Online. What ccxt would send that does not "
    "plainly read is stopped."
)


def pages(exchanges: Mapping[str, Exchange], directory: Directory) -> Iterator[Page]:
    """Make a page for each exchange that keys can be tested at, and for each that is refused."""
    for id, exchange in exchanges.items():
        yield Page(id, "exchanges", exchange.traits.title, _text(exchange, directory))
    for id, reason in directory.refused.items():
        yield Page(id, "exchanges", f"No key of it can be declared: {reason}.")


def _text(exchange: Exchange, directory: Directory) -> str:
    traits, file = exchange.traits, directory.file_of(exchange.id)
    facts = [
        ("markets", ", ".join(sorted(traits.markets))),
        ("passphrase", "yes, every key has one" if traits.needs_passphrase else "no"),
        ("testnet", "yes" if traits.has_testnet else "no"),
    ]
    if file is None:
        return f"{rows([*facts, *_documented(exchange)])}\n\n{_GENERIC}\n\n{_calls(exchange)}"
    if file != exchange.id:
        facts.append(("answered by", f"{file}, at {', '.join(hosts(exchange))}"))
    facts += proven(directory.provable[file])
    facts.append(("shown by", ", ".join(request.line for request in telling(exchange))))
    facts.append(("verified", verified(exchange)))
    asked = "\n".join(f"    {request.line}" for request in exchange.requests)
    text = f"{rows([*facts, *_documented(exchange)])}\n\nThe only requests that are ever sent, none of which changes "
    return f"{text}anything:\n{asked}{_doubts(exchange)}"


def _documented(exchange: Exchange) -> list[tuple[str, str]]:
    return [("documented", f"{exchange.source.url} ({exchange.source.verified})")]


def proven(provable: Provable) -> list[tuple[str, str]]:
    """Return which rights are proven, in words and only where there are some."""
    told = {
        "proven": provable.either,
        "where granted": provable.granted,
        "never proven": provable.never,
    }
    return [(word, ", ".join(rights)) for word, rights in told.items() if rights]


def telling(exchange: Exchange) -> tuple[Request, ...]:
    """Return the requests whose answers tell what a key may do."""
    return tuple(one for one in exchange.requests if Purpose.KEY_INFO in (one.purpose, *one.tells))


def verified(exchange: Exchange) -> str:
    """Return the day on which what those answers mean was last found true; the earliest, where there are several."""
    return min(one.source.verified for one in telling(exchange))


def hosts(exchange: Exchange) -> list[str]:
    """Return the hosts that keys of an exchange are sent to."""
    return sorted({request.host for request in exchange.requests})


def _calls(exchange: Exchange) -> str:
    calls = "\n".join(dict.fromkeys(f"    {request.line}" for request in exchange.requests))
    return f"The only calls that are ever made:\n{calls}"


def _doubts(exchange: Exchange) -> str:
    """Tell what is unconfirmed, and that nothing is called denied because of it."""
    if not exchange.doubts:
        return ""
    listed = "\n".join(f"    unconfirmed: {one.doubt} ({one.url}, {one.verified})" for one in exchange.doubts)
    return f"\n\nWhat no document confirms; no right is called denied because of it:\n{listed}"


def overview(exchanges: Mapping[str, Exchange], directory: Directory) -> str:
    """Tell of all exchanges at once: what is proven where, how, and since when."""
    files = {id: exchanges[id] for id in directory.provable}
    own = rows((id, _summary(exchange, directory.provable[id])) for id, exchange in files.items())
    variants = rows((id, _variant(exchanges[id], file)) for id, file in directory.variants.items())
    others = fold_words(directory.others)
    refused = rows((id, f"{reason}.") for id, reason in directory.refused.items())
    return (
        f"With a file of their own, what a key may do is proven by the answer of the exchange:\n{own}\n\n"
        f"Variants, answered by the file of another, at hosts and for markets of their own:\n{variants}\n\n"
        f"Answered through ccxt alone. The key is tested; what it may do stays unknown, so it is never called Online:\n"
        f"{others}\n\nRefused, since what signs there is no API key with a secret:\n{refused}"
    )


def _summary(exchange: Exchange, provable: Provable) -> str:
    asked = ", ".join(request.line for request in telling(exchange))
    parts = "; ".join(f"{word}: {rights}" for word, rights in proven(provable))
    return f"{exchange.traits.title}. {parts[0].upper()}{parts[1:]}. Shown by {asked}, verified {verified(exchange)}."


def _variant(exchange: Exchange, file: str) -> str:
    markets = ", ".join(sorted(exchange.traits.markets))
    return f"{exchange.traits.title}, as {file}: {markets}, at {', '.join(hosts(exchange))}."
