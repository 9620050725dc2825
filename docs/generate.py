"""Writes what can be derived: the tables of the documentation and the schemas; `--check` only says what is stale.

A table stands in a Markdown file between `<!-- generated: NAME -->` and `<!-- end -->`, where NAME is a key of TABLES.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import get_args

import ccxt
import click

from reconciler import wiring
from reconciler.cli.exit_codes import EXIT_CODES, ORDER_NOTE
from reconciler.cli.main import program
from reconciler.cli.pages import library
from reconciler.cli.pages.exchanges import hosts, telling, verified
from reconciler.cli.pages.surroundings import ENVIRONMENT
from reconciler.cli.pages.words import DIAGNOSES, STATUSES
from reconciler.documents import schema
from reconciler.documents.parts import Market
from reconciler.kit import discover
from reconciler.kit.clock import SystemClock
from reconciler.model.directory import Directory, Listed, Provable, render
from reconciler.model.exchange import Exchange
from reconciler.model.plan_schema import plan_schema
from reconciler.model.probe import Diagnosis, ProbeResult, Status, Target
from reconciler.model.report_schema import report_schema
from reconciler.probing.prober import CcxtProber
from reconciler.simulator.server import Simulator, rights_at
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
# The unified calls that a test can make.
CALLS = ("fetchBalance", "fetchOpenOrders", "fetchPositions", "fetchTime")
EXCHANGES = "reconciler.exchanges"
BLOCK = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->\n)", re.S)


def exchanges() -> str:
    """Tabulate what a test proves at each exchange, by which request, and since when that is known."""
    heading = ("exchange", "proven either way", "only where granted", "never proven", "shown by", "verified")
    return table(heading, [_exchange(wiring.exchanges()[id], one) for id, one in wiring.directory().provable.items()])


def _exchange(exchange: Exchange, provable: Provable) -> tuple[str, ...]:
    rights = (provable.either, provable.granted, provable.never)
    columns = (", ".join(f"`{right}`" for right in one) for one in rights)
    asked = ", ".join(f"`{request.line}`" for request in telling(exchange))
    return (f"{_titled(exchange)}: {_markets(exchange)}", *columns, asked, verified(exchange))


def _titled(exchange: Exchange) -> str:
    return f"{exchange.traits.title} (`{exchange.id}`)"


def _markets(exchange: Exchange) -> str:
    return ", ".join(market for market in get_args(Market) if market in exchange.traits.markets)


def withdrawal() -> str:
    """Say where withdrawal is proven, where it is not, and on what that rests."""
    told = {id: wiring.exchanges()[id].traits.title for id in wiring.directory().provable}
    either = [title for id, title in told.items() if Right.WITHDRAW in wiring.directory().provable[id].either]
    rest = [title for title in told.values() if title not in either]
    partly = f"{_and(rest)} shows the right where a key has it, and leaves its absence open.\n" if rest else ""
    return (
        f"Whether a key may withdraw is proven either way at {_and(either)}.\n{partly}"
        f"At {len(wiring.directory().others)} more exchanges that ccxt knows, what a key may do stays unknown: "
        "its connection is tested, and never called Online.\n"
        "What an answer means was read in the documents of each exchange, and is tried against a simulated one.\n"
    )


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def variants() -> str:
    """Tabulate the ids that another exchange's file answers for."""
    found = {id: wiring.exchanges()[id] for id in wiring.directory().variants}
    rows = [
        (_titled(one), f"`{wiring.directory().variants[id]}`", _markets(one), ", ".join(hosts(one)), _source(one))
        for id, one in found.items()
    ]
    return table(("variant", "answered by", "markets", "hosts", "documented"), rows)


def documented() -> str:
    """Tabulate on which documents the proof at each exchange rests, and what none of them confirms."""
    rows = []
    for id in wiring.directory().provable:
        exchange = wiring.exchanges()[id]
        read = " ".join(f"[{one.source.verified}]({one.source.url})" for one in telling(exchange))
        doubts = "; ".join(dict.fromkeys(one.doubt for one in exchange.doubts))
        rows.append((_titled(exchange), read, doubts))
    return table(("exchange", "key information, as read on", "unconfirmed; nothing is called denied by it"), rows)


def others() -> str:
    """Tabulate the exchanges that are answered through ccxt alone."""
    found = (wiring.exchanges()[id] for id in wiring.directory().others)
    return table(("exchange", "markets"), [(_titled(one), _markets(one)) for one in found])


def refused() -> str:
    """Tabulate the exchanges that no key can be declared for."""
    return table(("id", "why"), [(f"`{id}`", reason) for id, reason in wiring.directory().refused.items()])


def _source(exchange: Exchange) -> str:
    return f"[{exchange.source.verified}]({exchange.source.url})"


def _provable(exchange: Exchange) -> Provable:
    """Find out by testing two keys at the simulator."""
    markets = [market for market in get_args(Market) if market in exchange.traits.markets]
    all_granted, almost_none = asyncio.run(_tested(exchange, markets))
    granted = [right for right in Right if all_granted.rights.verdict(right) is Verdict.GRANTED]
    # Without the right to read no question is answered at all, so its absence shows by the refusal.
    denied = {right for right in granted if almost_none.rights.verdict(right) is Verdict.DENIED} | {Right.READ}
    either, only_granted = ([one for one in granted if (one in denied) is both] for both in (True, False))
    never = [right for right in Right if right not in granted]
    return Provable(*(tuple(right.value for right in rights) for rights in (either, only_granted, never)))


async def _tested(exchange: Exchange, markets: Sequence[str]) -> tuple[ProbeResult, ProbeResult]:
    async with Simulator(exchanges=[exchange.id]) as simulator:
        url = simulator.ready["exchanges"][exchange.id]
        prober = CcxtProber({exchange.id: exchange}, clock=SystemClock(), base_url=lambda *_: url)
        results = []
        for rights in (rights_at(exchange.id)[0], {Right.READ}):
            key = simulator.create_key(exchange=exchange.id, rights=rights)
            credentials = Credentials(
                Secret(key.api_key), Secret(key.secret), Secret(key.passphrase) if key.passphrase else None
            )
            results.append(
                await prober.probe(Target("key", exchange.id, "simulator", tuple(markets), ("read",), credentials))
            )
        await prober.close()
    return results[0], results[1]


def diagnoses() -> str:
    """Tabulate what may be wrong with a connection."""
    rows = [("none", Status.ONLINE.value, STATUSES[Status.ONLINE], "")]
    rows += [(one.value, one.status.value, *DIAGNOSES[one]) for one in Diagnosis]
    return table(("diagnosis", "status", "cause", "what to do"), rows)


def environment() -> str:
    """Tabulate the environment variables."""
    return table(("variable", "what it does"), [(f"`{name}`", told) for name, told in ENVIRONMENT.items()])


def exit_codes() -> str:
    """Tabulate the exit codes."""
    return table(("code", "meaning"), [(str(one.code), one.meaning) for one in EXIT_CODES]) + f"\n{ORDER_NOTE}\n"


def rules() -> str:
    """Tabulate the rules with their switches."""
    rows = []
    for rule in sorted(wiring.rules(), key=lambda rule: rule.id):
        levels = "no switch" if rule.is_fixed else ", ".join(rule.traits.levels)
        numbers = "".join(f"; `{name}` {number.default}" for name, number in rule.traits.parameters.items())
        numbers += "".join(f"; `{name}` a list" for name in rule.traits.texts)
        rows.append((f"`{rule.id}`", rule.summary, levels, f"{rule.traits.default}{numbers}"))
    return table(("rule", "what it asks", "levels", "default"), rows)


def formats() -> str:
    """Tabulate the output formats."""
    rows = [(f"`{form.id}`", form.summary, form.media_type) for form in library.formats()]
    return table(("format", "what it is", "media type"), rows)


def commands() -> str:
    """Tabulate the commands with their summaries."""
    group = program()
    rows = [("`reconcile`", _summary(group))]
    rows += [(f"`{name}`", _summary(command)) for name, command in _leaves("reconcile", group)]
    return table(("command", "what it does"), rows)


def options() -> str:
    """Tabulate the options of a pass; most commands share them."""
    return table(("option", "what it does"), [_option(one) for one in _options(program())])


def own_options() -> str:
    """Tabulate, for each command, the options that a pass does not have, or has in another sense."""
    shared = {_option(one) for one in _options(program())}
    rows = []
    for name, command in _leaves("reconcile", program()):
        own = [row for one in _options(command) if (row := _option(one)) not in shared]
        rows += [(f"`{name}`", *row) for row in own]
    return table(("command", "option", "what it does"), rows)


def _options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option) and not one.hidden]


def _option(option: click.Option) -> tuple[str, str]:
    spelled = ", ".join(f"`{name}`" for name in sorted(option.opts, key=len))
    value = "" if option.is_flag or option.count or not option.metavar else f" {option.metavar}"
    return f"{spelled}{value}", option.help or ""


def _leaves(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        member = command.get_command(context, name)
        if member is not None:
            yield from _leaves(f"{words} {name}", member)


def _summary(command: click.Command) -> str:
    return (command.help or "").strip().partition("\n\n")[0].replace("\n", " ")


def layers() -> str:
    """Draw the layers as the import contracts have them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    drawn = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return "\n".join(["```text", *drawn, "```", ""])


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay rows out as Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


TABLES: Mapping[str, Callable[[], str]] = {
    "exchanges": exchanges,
    "withdrawal": withdrawal,
    "documented": documented,
    "variants": variants,
    "others": others,
    "refused": refused,
    "diagnoses": diagnoses,
    "exit-codes": exit_codes,
    "rules": rules,
    "formats": formats,
    "commands": commands,
    "options": options,
    "own-options": own_options,
    "environment": environment,
    "layers": layers,
}


def renewed(text: str) -> str:
    """Return a page with each of its tables as it is now.

    Raises KeyError when the page asks for a table that nobody makes.
    """
    return BLOCK.sub(lambda match: f"{match[1]}{TABLES[match['name']]()}{match[3]}", text)


def files() -> Iterator[tuple[Path, str]]:
    """Yield every file that holds something generated, with what it must hold.

    The directory comes first: everything after it is made from what it says, once it is written.
    """
    yield ROOT / "reconciler" / "directory.json", render(directory())
    for cached in (wiring.directory, wiring.exchanges, wiring.known):
        cached.cache_clear()
    for page in PAGES:
        yield page, renewed(page.read_text(encoding="utf-8"))
    for word in schema.WORDS:
        yield ROOT / "schemas" / schema.file_name(word), schema.render(word, wiring.known())
    yield ROOT / "schemas" / "report.schema.json", json.dumps(report_schema(), indent=2) + "\n"
    yield ROOT / "schemas" / "plan.schema.json", json.dumps(plan_schema(), indent=2) + "\n"


def directory() -> Directory:
    """Collect what the exchange files say, for a run that is to know it without importing them."""
    files = {word: discover.load(EXCHANGES, word) for word in discover.names(EXCHANGES)}
    own = {one.id: word for word, module in files.items() for one in getattr(module, "VARIANTS", ())}
    rest = {id: getattr(ccxt, id)() for id in ccxt.exchanges if id not in files and id not in own}
    signing = {id: {name for name, needed in one.requiredCredentials.items() if needed} for id, one in rest.items()}
    return Directory(
        provable={word: _provable(module.EXCHANGE) for word, module in files.items()},
        variants=own,
        others={id: _listed(rest[id], needed) for id, needed in signing.items() if not _refusal(rest[id], needed)},
        refused={id: told for id, needed in signing.items() if (told := _refusal(rest[id], needed))},
    )


def _listed(client: ccxt.Exchange, needed: Set[str]) -> Listed:
    has = client.has
    kinds = {"spot": ("spot",), "margin": ("margin",), "futures": ("swap", "future")}
    return Listed(
        title=client.name,
        markets=tuple(market for market, kind in kinds.items() if any(has.get(one) for one in kind)) or ("spot",),
        calls=tuple(call for call in CALLS if has.get(call) is True),
        pause_ms=client.rateLimit,
        needs_passphrase="password" in needed,
    )


def _refusal(client: ccxt.Exchange, needed: Set[str]) -> str:
    if not needed or needed <= {"privateKey", "walletAddress"}:
        return f"{client.name} wants the private key of a wallet, and no exchange can limit what that may do"
    if more := sorted(needed - {"apiKey", "secret", "password"}):
        return f"{client.name} wants {' and '.join(more)} beside an API key, which a connection cannot hold"
    if not needed >= {"apiKey", "secret"}:
        return f"{client.name} gives out a token instead of an API key with a secret"
    return "" if client.has.get("fetchBalance") is True else f"ccxt cannot read a balance of {client.name}"


def main(*arguments: str) -> int:
    """Write what is stale, or only name it."""
    stale = 0
    for file, text in files():
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if "--check" in arguments:
            print(f"error: {file.relative_to(ROOT)} is not as generated\n  hint: make fix", file=sys.stderr)
        else:
            file.write_text(text, encoding="utf-8")
            print(f"wrote {file.relative_to(ROOT)}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
