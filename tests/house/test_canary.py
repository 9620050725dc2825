"""The law of the canary: no secret is in anything that leaves the process, by any command, format or fault.

The redactor is switched off here: it is the last line of defence, and must not be what keeps these tests green.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import subprocess
import urllib.parse
from pathlib import Path

import click
import pytest

from reconciler.cli.main import program, run
from reconciler.kit import discover, redact
from reconciler.simulator.background import BackgroundSimulator
from reconciler.simulator.faults import FaultKind

FORMATS = discover.names("reconciler.reporters")
RIGHTS = {"mexc": ["read", "trade_spot"], "kucoin": ["read", "trade_futures", "withdraw"]}
MARKETS = {"mexc": "spot", "kucoin": "futures"}
CANARIES = {
    "apiKey": "mx0vCANARYkey0123456789abcdef01",
    "secret": "CANARY/secret+0123456789=abcdef",
    "passphrase": 'CANARY "pass" 0123456789',
}
# Every command, as it is tried; None says why another test tries it.
TRIED: dict[str, list[list[str]]] = {
    "reconcile": [["--dry-run"], ["--yes"], ["--yes"]],
    "reconcile apply": [["--dry-run", "--out", "plan.json"], ["apply", "plan.json"]],
    "reconcile validate": [["validate"]],
    "reconcile test": [["test"]],
    "reconcile drift": [["drift"]],
    "reconcile diff": [["diff", "connections.d"], ["diff", "connections.d", "."]],
    "reconcile status": [["status"]],
    "reconcile now": [["now"], ["now", "mexc-main"]],
    "reconcile unlock": [["unlock", "0123abcd"]],
    "reconcile doctor": [["doctor"], ["doctor", "--online"]],
    "reconcile explain": [["explain"], ["explain", "Connection"]],
    "reconcile schema": [["schema", "connection"]],
    "reconcile init": [["init", "new"], ["init", "new", "--exchange", "kucoin"]],
    # Under settings that know no manifest, so that there is something to import.
    "reconcile import": [["import"], ["import", "--all", "--config", "empty.yaml"]],
    "reconcile secrets keygen": [["secrets", "keygen", "--output", "identity.txt"]],
    "reconcile secrets set": [["secrets", "set", "other.sops.yaml", "a.b"]],
}
# These need no config repository and hold no secret of a user; their own tests run them.
# `watch` goes on until it is stopped: tests/cli/test_watching.py looks for secrets in all it says and writes.
ELSEWHERE = {"reconcile demo", "reconcile simulator", "reconcile watch"}
# `answer` sends what a test tells it to; it has tests of its own below.
FAULTS = [
    pytest.param(kind, marks=pytest.mark.slow) if kind is FaultKind.TIMEOUT else kind
    for kind in FaultKind
    if kind is not FaultKind.ANSWER
]


def forms(value: str) -> list[str]:
    """Return what a value looks like in texts, URLs, JSON and base64."""
    quoted = [urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), json.dumps(value)[1:-1]]
    return [value, *quoted, base64.b64encode(value.encode()).decode(), repr(value)[1:-1]]


LEAKS = [form for value in CANARIES.values() for form in forms(value)]


def leaked(text: str) -> list[str]:
    """Return the canaries that are in a text."""
    return [form for form in LEAKS if form in text]


@pytest.fixture(autouse=True)
def _without_the_last_line(monkeypatch):
    monkeypatch.setattr(redact, "_known", {})
    monkeypatch.setattr(redact, "remember", lambda _: None)


@pytest.fixture(autouse=True)
def _loggers_as_before():
    root, ours = logging.getLogger(), logging.getLogger("reconciler")
    before = list(root.handlers), root.level, ours.level, logging.raiseExceptions
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], logging.raiseExceptions = before[0], before[3]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.fixture
def arguments(monkeypatch) -> list[str]:
    """Every argument of every process that is started."""
    seen: list[str] = []
    original = subprocess.Popen.__init__

    def noted(self, args, *more, **options):
        seen.extend([args] if isinstance(args, str) else map(str, args))
        original(self, args, *more, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    return seen


@pytest.fixture
def simulator():
    with BackgroundSimulator(exchanges=list(RIGHTS)) as running:
        for exchange, rights in RIGHTS.items():
            passphrase = CANARIES["passphrase"] if exchange == "kucoin" else None
            keys = {"api_key": CANARIES["apiKey"], "secret": CANARIES["secret"], "passphrase": passphrase}
            running.create_key(exchange=exchange, rights=rights, **keys)
        yield running


@pytest.fixture
def repository(tmp_path, monkeypatch, simulator) -> Path:
    folder = tmp_path / "repository"
    (folder / "connections.d").mkdir(parents=True)
    for exchange, market in MARKETS.items():
        (folder / "connections.d" / f"{exchange}.yaml").write_text(manifest(exchange, market))
    ready = tmp_path / "ready.json"
    ready.write_text(json.dumps(simulator.ready))
    monkeypatch.setenv("RECONCILE_SIMULATOR", str(ready))
    for field, value in CANARIES.items():
        monkeypatch.setenv(f"RECONCILE_SECRET_{field.upper()}", value)
    # Both have the same made-up key, and one of them is to be applied.
    (folder / "connections.d" / "policy.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Policy\nmetadata: {name: lenient}\n"
        "spec: {rules: {one-key-per-strategy: off}}\n"
    )
    (folder / "empty.yaml").write_text("manifests: [imported]\n")
    # `init` makes an identity, which is no other test's affair.
    for variable in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.chdir(folder)
    return folder


def manifest(exchange: str, market: str) -> str:
    fields = ["apiKey", "secret", *(["passphrase"] if exchange == "kucoin" else [])]
    references = "".join(f"    {field}: {{env: RECONCILE_SECRET_{field.upper()}}}\n" for field in fields)
    return (
        f"apiVersion: reconciler/v1\nkind: Connection\nmetadata: {{name: {exchange}-main}}\nspec:\n"
        f"  exchange: {exchange}\n  environment: simulator\n  markets: [{market}]\n  credentials:\n{references}"
    )


def told(capsys, monkeypatch, line: list[str]) -> str:
    """Run one command line as loudly as it goes, and return everything it said."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CANARIES["secret"].encode())))
    run(line)
    captured = capsys.readouterr()
    return captured.out + captured.err


def leaves(words: str, command: click.Command) -> list[str]:
    """Return every command by the words that reach it; a group without a deed of its own is none."""
    if not isinstance(command, click.Group):
        return [words]
    context = click.Context(command)
    members = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    own = [words] if command.invoke_without_command else []
    return own + [leaf for name, member in members if member for leaf in leaves(f"{words} {name}", member)]


def options_of(line: list[str], word: str) -> list[str]:
    """Return the options that make a command loud, where it has them."""
    command = program()
    for name in line:
        if isinstance(command, click.Group) and (member := command.get_command(click.Context(command), name)):
            command = member
    known = {option for parameter in command.params for option in parameter.opts}
    return [*(["-o", word] if "-o" in known else []), *(["-vv"] if "-v" in known else [])]


def written(folder: Path) -> str:
    """Return everything that stands in any file, whatever it is."""
    return "\n".join(path.read_bytes().decode("latin-1") for path in sorted(folder.rglob("*")) if path.is_file())


def test_every_command_is_tried_here_or_said_to_be_tried_elsewhere():
    assert set(leaves("reconcile", program())) == set(TRIED) | ELSEWHERE


@pytest.mark.parametrize("word", FORMATS)
def test_no_command_lets_a_secret_out(word, repository, capsys, monkeypatch, arguments):
    lines = [line for tried in TRIED.values() for line in tried]

    said = {" ".join(line): told(capsys, monkeypatch, [*line, *options_of(line, word)]) for line in lines}

    assert {line: found for line, text in said.items() if (found := leaked(text))} == {}
    assert "Withdrawal enabled" in said["--yes"]
    assert "imported/mexc-main.yaml" in said["import --all --config empty.yaml"]
    assert leaked(written(repository)) == []
    assert leaked("\n".join(arguments)) == []


@pytest.mark.parametrize("word", FORMATS)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_shakes_a_secret_loose(fault, word, repository, simulator, capsys, monkeypatch):
    for exchange in RIGHTS:
        simulator.add_fault(exchange, fault)

    said = told(capsys, monkeypatch, ["test", "-o", word, "-vv"])

    # A clock that is wrong is put right, and the test goes on.
    assert ("Exchange unavailable" in said) is (fault is not FaultKind.CLOCK_SKEW)
    assert leaked(said) == []


@pytest.mark.parametrize("word", FORMATS)
def test_an_exchange_that_echoes_the_key_is_not_repeated(word, repository, simulator, capsys, monkeypatch):
    echo = {
        "status": 400,
        "body": json.dumps({"code": 10072, "msg": f"bad key {CANARIES['apiKey']} {CANARIES['secret']}"}),
    }
    simulator.add_fault("mexc", FaultKind.ANSWER, answer=echo)

    said = told(capsys, monkeypatch, ["test", "-o", word, "-vv"])

    assert "Invalid key" in said
    assert leaked(said) == []


def test_a_literal_in_a_manifest_is_never_repeated(repository, capsys, monkeypatch):
    text = manifest("mexc", "spot")
    for field, value in CANARIES.items():
        text = text.replace(f"{{env: RECONCILE_SECRET_{field.upper()}}}", json.dumps(value))
    (repository / "connections.d" / "mexc.yaml").write_text(text)

    for word in FORMATS:
        said = told(capsys, monkeypatch, ["--dry-run", "-o", word, "-vv"])
        assert leaked(said) == []
        assert "connections.d/mexc.yaml" in said


def test_a_planted_leak_is_found():
    assert all(leaked(f"x{form}y") for form in LEAKS)
