"""All pages, and how one is found by a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from reconciler.cli.exit_codes import ORDER_NOTE
from reconciler.cli.pages import exchanges as exchange_pages
from reconciler.cli.pages import kinds, surroundings, words
from reconciler.cli.pages.page import Page, rows
from reconciler.errors import UsageError
from reconciler.kit import discover
from reconciler.kit.suggest import closest
from reconciler.manifests.mistakes import MISTAKES
from reconciler.model.format import Format
from reconciler.model.rule import Rule
from reconciler.wiring import directory, exchanges, known, rules

# The groups in the order they are listed, each with what is told of it as a whole.
GROUPS: Mapping[str, str] = {
    "kinds": "The documents there are. Every field has a page too, such as connection.spec.ipAllowlist.",
    "rules": "What connections and bindings must meet; set in a Policy by id, but for those without a switch.",
    "diagnoses": "Why a connection is not fine.",
    "statuses": "The one word that tells how a connection is.",
    "checks": "The four things that are tested of each connection.",
    "rights": "What a key may do at its exchange. Each is known as granted, denied or unknown.",
    "verdicts": "What is known of a right, always with its evidence.",
    "severities": "How bad a finding is.",
    "actions": "What a plan does to an object.",
    "drift": "The actual side differs from what was applied, though nobody changed the manifests.",
    "exit-codes": f"What a run tells a pipeline. {ORDER_NOTE}",
    "formats": (
        "What a report can be written as: -o FORMAT to stdout, -o FORMAT=FILE into a file, and several at once. The "
        "exit code never depends on it."
    ),
    "secrets": "How a manifest names a secret without holding it: a reference is a map of one of these kinds.",
    "environment": "The environment variables that are read.",
    "exchanges": "What is proven at each exchange, how, and since when. Each id has a page.",
    "mistakes": "What can be wrong with a manifest itself.",
    "fields": "Every field of every kind.",
}
_SINGULAR: Mapping[str, str] = {
    "right": "rights",
    "format": "formats",
    "rule": "rules",
    "check": "checks",
    "field": "fields",
    "action": "actions",
    "status": "statuses",
    "verdict": "verdicts",
    "mistake": "mistakes",
    "severity": "severities",
    "diagnosis": "diagnoses",
    "exit-code": "exit-codes",
}
_UNLISTED = frozenset({"fields"})


def formats() -> tuple[Format, ...]:
    """Return what is known of every output format."""
    package = "reconciler.reporters"
    return tuple(discover.load(package, word).FORMAT for word in discover.names(package))


@cache
def library() -> tuple[Page, ...]:
    """Make every page there is."""
    return tuple(_pages())


def _pages() -> Iterator[Page]:
    yield from kinds.pages(known(), rules())
    yield from map(_of_rule, rules())
    yield from words.pages()
    yield from surroundings.pages()
    yield from exchange_pages.pages(exchanges(), directory())
    for word, mistake in MISTAKES.items():
        yield Page(word, "mistakes", f"{mistake.summary}.", mistake.page)
    for form in formats():
        yield Page(form.id, "formats", f"{form.summary[0].upper()}{form.summary[1:]}.", form.page)


def _of_rule(rule: Rule) -> Page:
    levels = ", ".join(rule.traits.levels)
    switch = "no switch: it always holds" if rule.is_fixed else f"{levels}; {rule.traits.default} by default"
    inside = [
        (name, f"{one.minimum} to {one.maximum}, {one.default} by default")
        for name, one in rule.traits.parameters.items()
    ]
    inside += [(name, f"a list. {one.summary}") for name, one in rule.traits.texts.items()]
    return Page(rule.id, "rules", rule.summary, f"{rows([('levels', switch), *inside])}\n\n{rule.page}")


def find(word: str) -> tuple[Page, ...]:
    """Return the pages a word names: several where one word means several things.

    Raises UsageError when there is none.
    """
    wanted = _SINGULAR.get(_folded(word), _folded(word))
    if wanted in GROUPS:
        return (_group(wanted),)
    exact = tuple(page for page in library() if wanted in map(_folded, (page.topic, *page.aliases)))
    # `spec.ipAllowlist` and `ipAllowlist` name a field well enough.
    found = exact or tuple(page for page in library() if page.topic.casefold().endswith(f".{wanted}"))
    if not found:
        near = closest(wanted, [*GROUPS, *(page.topic for page in library())])
        hint = f'did you mean "{near}"? ' if near else ""
        raise UsageError("there is no such topic", hint=f"{hint}reconcile explain lists them all")
    return found


def index() -> Page:
    """Return the page that lists all topics."""
    parts = []
    for group, meaning in GROUPS.items():
        topics = [page.topic for page in library() if page.group == group]
        parts.append(f"{group}: {meaning}" + ("" if group in _UNLISTED else f"\n    {', '.join(topics)}"))
    return Page(
        "reconcile explain TOPIC", "", "Explains one of these, or a whole group by its word.", "\n\n".join(parts)
    )


def _group(group: str) -> Page:
    if group == "exchanges":
        listed = exchange_pages.overview(exchanges(), directory())
    else:
        listed = rows((page.topic, page.summary) for page in library() if page.group == group)
    return Page(group, "", GROUPS[group], listed)


def _folded(word: str) -> str:
    return "-".join(word.casefold().replace("_", "-").split())
