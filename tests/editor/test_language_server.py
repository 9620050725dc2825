"""What editors show: the schemas as yaml-language-server reads them, on the examples, on broken files, while typing."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from .client import Editor

ROOT = Path(__file__).parents[2]
TOOLS = os.environ.get("NODE_TOOLS", "")
SERVER = Path(TOOLS) / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
BROKEN = yaml.safe_load((Path(__file__).parent / "broken.yaml").read_text())
FIRST = "# yaml-language-server: $schema=../schemas/manifest.schema.json\napiVersion: reconciler/v1\n"
CONNECTION = "kind: Connection\nmetadata: {name: a}\nspec:\n  "
BINDING = "kind: StrategyBinding\nmetadata: {name: a}\nspec:\n  "
POLICY = "kind: Policy\nmetadata: {name: a}\nspec:\n  rules:\n    "

pytestmark = pytest.mark.skipif(
    not TOOLS or not SERVER.is_file() or shutil.which("node") is None,
    reason="node or yaml-language-server is not in NODE_TOOLS: make test-pipelines",
)


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with Editor(shutil.which("node"), SERVER, ROOT) as running:
        yield running


@pytest.mark.parametrize("path", sorted((ROOT / "connections.d").glob("*.yaml")), ids=lambda path: path.name)
def test_nothing_is_said_of_the_examples(path, editor):
    assert editor.diagnostics(f"connections.d/{path.name}", path.read_text()) == []


def test_nothing_is_said_of_a_file_with_all_kinds(editor):
    texts = [(ROOT / "connections.d" / f"{name}.yaml").read_text() for name in ("mexc-spot-main", "bindings", "policy")]

    assert editor.diagnostics("connections.d/all.yaml", "---\n".join(texts)) == []


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["of"])
def test_each_mistake_is_shown_in_its_line(case, editor):
    said = editor.diagnostics("connections.d/broken.yaml", FIRST + case["text"])

    by_line: dict[int, str] = {}
    for one in said:
        line = one["range"]["start"]["line"] + 1
        by_line[line] = by_line.get(line, "") + one["message"]
    assert by_line.keys() == case["says"].keys(), said
    for line, words in case["says"].items():
        assert all(word in by_line[line] for word in words), by_line[line]


def test_settings_of_the_editor_make_the_first_line_needless():
    """The first line counts for its own document alone; an editor that is told of the folder checks them all."""
    schemas = {(ROOT / "schemas" / "manifest.schema.json").as_uri(): "connections.d/*.yaml"}
    second = f"apiVersion: reconciler/v1\n{BINDING}market: moon\n"

    with Editor(shutil.which("node"), SERVER, ROOT, schemas) as editor:
        said = editor.diagnostics("connections.d/told.yaml", f"apiVersion: reconciler/v1\n{POLICY}a: b\n---\n{second}")

    assert {6, 11} <= {one["range"]["start"]["line"] + 1 for one in said}


def test_ten_files_are_broken():
    assert len(BROKEN) == 10


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("kind: ‸\n", {"Connection", "StrategyBinding", "Policy"}),
        (f"{CONNECTION}‸\n", {"displayName", "exchange", "environment", "markets", "credentials", "ipAllowlist"}),
        (f"{CONNECTION}exchange: ‸\n", {"mexc", "kucoin", "binanceusdm"}),
        (f"{CONNECTION}environment: ‸\n", {"live", "testnet", "simulator"}),
        (f"{CONNECTION}markets:\n    - ‸\n", {"spot", "margin", "futures"}),
        (f"{CONNECTION}credentials:\n    ‸\n", {"apiKey", "secret", "passphrase", "sops"}),
        (f"{CONNECTION}credentials:\n    apiKey:\n      ‸\n", {"sops", "age", "env", "file", "key"}),
        (f"{BINDING}riskLevel: ‸\n", {"conservative", "balanced", "aggressive"}),
        (f"{BINDING}‸\n", {"connection", "strategy", "market", "pairs", "marginLimit"}),
        (f"{POLICY}‸\n", {"ip-allowlist", "key-age", "naming"}),
        (f"{POLICY}ip-allowlist: ‸\n", {"require", "recommend"}),
        (f"{CONNECTION}exchange: mexc\n---\n{FIRST}{BINDING}market: ‸\n", {"spot", "margin", "futures"}),
    ],
)
def test_what_can_be_written_is_proposed(text, proposed, editor):
    assert proposed <= set(editor.completions("connections.d/typed.yaml", FIRST + text))


def test_no_field_of_another_kind_is_proposed(editor):
    assert not {"pairs", "rules"} & set(editor.completions("connections.d/typed.yaml", f"{FIRST}{CONNECTION}‸\n"))


def test_a_new_document_begins_with_a_whole_one(editor):
    modeline = FIRST.splitlines(keepends=True)[0]

    assert {"Connection", "StrategyBinding", "Policy"} <= set(
        editor.completions("connections.d/new.yaml", f"{modeline}‸\n")
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{CONNECTION}ipAllo‸wlist: []\n", "The addresses or networks the key may be used from."),
        (f"{POLICY}key-‸age: warn\n", "Keys are replaced before they are old or expire."),
        (f"{CONNECTION}credentials:\n    apiKey: {{so‸ps: a, key: b}}\n", "A file encrypted with SOPS"),
        ("ki‸nd: Policy\n", "The kind of the document."),
    ],
)
def test_a_word_is_explained(text, told, editor):
    assert told in editor.hover("connections.d/typed.yaml", FIRST + text)


def test_settings_are_completed_by_their_own_schema(editor):
    text = textwrap.dedent(
        """\
        # yaml-language-server: $schema=schemas/config.schema.json
        apiVersion: reconciler/v1
        kind: Config
        ‸
        """
    )

    assert {"manifests", "platform", "egress", "exchanges"} <= set(editor.completions("reconciler.yaml", text))
