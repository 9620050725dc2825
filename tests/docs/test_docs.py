"""Every shell line of the documentation is run, and what it prints is what the page shows.

Above a block may stand `<!-- shell: … -->` with, separated by semicolons:
`exit N`                 the last command of the block leaves with N, not 0;
`typed A B`              what a person types, one word a command: `api_key` and `secret` are a key of the simulator's;
`not run, REASON`        the block is not run, and counts below.
`<!-- file: PATH -->` above a block of another language writes the block to PATH before the next command;
`<!-- shown: PATH -->` says that the block is that file of the project, comments left out.
Blocks under one heading share a folder and a shell; each heading of level 2 starts with a fresh one.
In what a command prints, `…` stands for anything, and a line of it for any lines.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
# A block that is not run needs a reason and a place in this count; raising it is a visible change.
NOT_RUN = 4
BLOCK = re.compile(
    r"^ *(?:<!-- (?P<what>shell|file|shown): (?P<note>[^>]*) -->\n *)?```(?P<language>\w*)\n(?P<body>.*?)^ *```$",
    re.M | re.S,
)
SHELL = {"console", "sh", "bash", "shell"}
MARK = "\x1eleft with"


@dataclass
class Step:
    """One command, what it must print (None: anything), and how it must end."""

    command: str
    expected: list[str] | None
    exit_code: int = 0
    typed: str = ""


@dataclass
class Section:
    """The commands and files under one heading, in order."""

    page: str
    title: str
    steps: list[Step | tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"


def sections(page: Path) -> Iterator[Section]:
    parts = re.split(r"^## +(.*)$", page.read_text(encoding="utf-8"), flags=re.M)
    for title, text in zip(["top", *parts[1::2]], parts[::2], strict=True):
        section = Section(page.name, title)
        for match in BLOCK.finditer(text):
            note = match["note"] or ""
            if match["what"] == "file":
                section.steps.append((note.strip(), textwrap.dedent(match["body"])))
            elif match["language"] in SHELL and not note.startswith("not run"):
                section.steps += steps(textwrap.dedent(match["body"]), note, with_output=match["language"] == "console")
        if any(isinstance(step, Step) for step in section.steps):
            yield section


def steps(body: str, note: str, *, with_output: bool) -> list[Step]:
    lines = re.sub(r"\\\n(> )?", "", body).splitlines()
    found: list[Step] = []
    for line in lines:
        if not with_output:
            found += [Step(line, None)] if line.strip() and not line.startswith("#") else []
        elif line.startswith("$ "):
            found.append(Step(line[2:], []))
        else:
            assert found, f"a console block starts with a command: {line}"
            found[-1].expected.append(line)
    options = dict(part.strip().partition(" ")[::2] for part in note.split(";") if part.strip())
    assert options.keys() <= {"exit", "typed"}, f"unknown words: {note}"
    found[-1].exit_code = int(options.get("exit", 0))
    for step, word in zip(found, options.get("typed", "").split(), strict=False):
        step.typed = word
    return found


def all_sections() -> list[Section]:
    return [section for page in PAGES for section in sections(page)]


def matches(expected: list[str], printed: str) -> bool:
    lines = [line.rstrip() for line in expected]
    pattern = ""
    for line in lines:
        pattern += r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"[ ]*\n"
    shown = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    return re.fullmatch(pattern, shown) is not None


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory) -> Iterator[dict]:
    """A simulator in its own process that stands in for the live exchanges, and a key of each of them."""
    ready = tmp_path_factory.mktemp("exchanges") / "ready.json"
    server = subprocess.Popen(
        [reconcile(), "simulator", "--ready-file", str(ready)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        # The ready-file appears whole; the read of stderr ends when the simulator could not start.
        wait_for(ready, server)
        told = json.loads(ready.read_text())
        body = {"exchange": "mexc", "rights": ["read", "trade_spot"], "ipAllowlist": ["127.0.0.1"]}
        request = urllib.request.Request(f"{told['control']}/keys", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            yield {"urls": told["exchanges"], "key": json.load(answer)}
    finally:
        server.terminate()
        server.communicate()


def wait_for(ready: Path, server: subprocess.Popen) -> None:
    while not ready.exists():
        try:
            server.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the simulator ended: {server.stderr.read().decode()}")


def reconcile() -> str:
    return str(Path(sys.executable).with_name("reconcile"))


@pytest.mark.parametrize("section", all_sections(), ids=str)
def test_every_shell_line_does_what_the_page_shows(section, exchanges, tmp_path):
    folder = prepared(tmp_path, exchanges)

    printed = played(section, folder, environment(tmp_path, exchanges))

    commands = [step for step in section.steps if isinstance(step, Step)]
    assert len(printed) == len(commands)
    for step, (text, code) in zip(commands, printed, strict=True):
        assert code == step.exit_code, f"$ {step.command}\n{text}"
        if step.expected is not None:
            assert matches(step.expected, text), f"$ {step.command}\n{text}"


def prepared(tmp_path: Path, exchanges: dict) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    shutil.copytree(ROOT / "connections.d", folder / "connections.d")
    settings = [f'  {name}: {{baseUrl: "{url}"}}' for name, url in exchanges["urls"].items()]
    text = "\n".join(["apiVersion: reconciler/v1", "kind: Config", "exchanges:", *settings, ""])
    (tmp_path / "live.yaml").write_text(text)
    return folder


def environment(tmp_path: Path, exchanges: dict) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    path = os.pathsep.join([str(Path(reconcile()).parent), os.environ["PATH"]])
    typed = {"TYPED_api_key": exchanges["key"]["apiKey"], "TYPED_secret": exchanges["key"]["secret"]}
    return {
        **typed,
        # The program of this folder, wherever the one that is installed lies.
        "PYTHONPATH": str(ROOT),
        "PATH": path,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TMPDIR": str(tmp_path),
        "TERM": "dumb",
        "COLUMNS": "120",
    }


def played(section: Section, folder: Path, env: dict[str, str]) -> list[tuple[str, int]]:
    # One shell for all, so that `export` and `cd` last as they do for a person. Wherever that leads, "live" is the
    # simulator: no line may reach a real exchange from a test.
    settings = folder.parent / "live.yaml"
    script = [
        "exec 2>&1",
        f"reconcile() {{ [ -f reconciler.yaml ] || cp '{settings}' reconciler.yaml; command reconcile \"$@\"; }}",
    ]
    for step in section.steps:
        if isinstance(step, Step):
            source = f'<<<"${{TYPED_{step.typed}}}"' if step.typed else "</dev/null"
            script.append(f"{{ {step.command}\n}} {source}\nprintf '{MARK} %d\\n' $?")
        else:
            path, text = step
            script.append(f"mkdir -p \"$(dirname '{path}')\"; cat >'{path}' <<'END OF FILE'\n{text}END OF FILE")
    run = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(script)], cwd=folder, env=env, capture_output=True, text=True, timeout=120
    )
    # A person who does this for real is not told that somebody else was asked than the exchange itself.
    printed = re.sub(r"^note: .*: asked was http://127\.0\.0\.1:\d+, .*\n\n?", "", run.stdout, flags=re.M)
    pieces = re.split(rf"{MARK} (\d+)\n", printed)
    return [(text, int(code)) for text, code in zip(pieces[::2], pieces[1::2], strict=False)]


def test_every_block_that_is_not_run_is_counted_with_its_reason():
    notes = [match["note"] for page in PAGES for match in BLOCK.finditer(page.read_text()) if match["what"] == "shell"]
    left_out = [note for note in notes if note.startswith("not run")]

    assert all(re.fullmatch(r"not run, \S.{10,}", note) for note in left_out)
    assert len(left_out) == NOT_RUN


def test_a_file_of_the_project_is_shown_as_it_is():
    shown = [match for page in PAGES for match in BLOCK.finditer(page.read_text()) if match["what"] == "shown"]

    assert shown
    for match in shown:
        lines = (ROOT / match["note"]).read_text().splitlines(keepends=True)
        assert match["body"] == "".join(line for line in lines if not line.startswith("#"))


def test_no_shell_line_hides_in_a_block_without_a_language():
    bare = [
        f"{page.name}: {line}"
        for page in PAGES
        for match in BLOCK.finditer(page.read_text())
        if match["language"] not in SHELL
        for line in textwrap.dedent(match["body"]).splitlines()
        if line.startswith("$ ") or re.match(r"(reconcile|make) ", line)
    ]

    assert bare == []


def test_a_page_may_leave_out_what_changes_and_nothing_else():
    assert matches(["a … c"], "a b c\n")
    assert matches(["a", "…", "d"], "a\nb\nc\nd\n")
    assert not matches(["a"], "a\nb\n")
    assert not matches(["a", "c"], "a\nb\n")


def test_links_between_pages_lead_somewhere():
    broken = []
    for page in PAGES:
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text()):
            file = (page.parent / target) if target else page
            headings = re.findall(r"^#+ +(.*)$", file.read_text(), flags=re.M) if file.is_file() else []
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            if not file.exists() or (anchor and anchor not in anchors):
                broken.append(f"{page.name}: {target}#{anchor}")

    assert broken == []


def test_the_map_names_every_part_of_the_house():
    page = (ROOT / "CONTRIBUTING.md").read_text()
    parts = [path for path in (ROOT / "reconciler").iterdir() if path.is_dir() or path.suffix == ".py"]
    names = [
        f"reconciler/{path.name}{'/' if path.is_dir() else ''}" for path in parts if not path.name.startswith("__")
    ]

    assert [name for name in names if f"| `{name}` |" not in page] == []
