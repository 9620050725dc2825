"""A pull request from a fork: validate and diff do their whole job with nothing in reach, and reach for nothing.

Each runs in a process of its own whose interpreter reports every file it opens, every program and every socket.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
IDENTITY = "AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"
PASTED = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"
# Runs before anything of ours is imported: what is imported is seen as well.
GUARD = """
import json, os, sys
seen = open(os.environ["SEEN"], "w", buffering=1)
busy = []
def watch(event, arguments):
    if busy or not event.startswith(("open", "socket.", "subprocess.", "os.", "ctypes.", "shutil.", "urllib.")):
        return
    busy.append(event)
    told = [os.fsdecode(one) if isinstance(one, bytes) else str(one) for one in arguments]
    seen.write(json.dumps([event, told]) + "\\n")
    busy.pop()
sys.addaudithook(watch)
from reconciler.cli.main import run
sys.exit(run(sys.argv[1:]))
"""
HOSTILE = """\
apiVersion: reconciler/v1
kind: Connection
metadata: {name: mexc-spot-stolen}
spec:
  exchange: mexc
  markets: [spot]
  credentials:
    apiKey: {env: RECONCILE_SECRET_KEY}
    secret: {sops: %s, key: a}
"""
CONFIG = "apiVersion: reconciler/v1\nkind: Config\nstrategies: {recovery-pro: {settingsSchema: s.json}}\n"
LINKS = {"linked.sops.yaml": "outside/secret.sops.yaml", "passwords.sops.yaml": "/etc/passwd"}
READS = {"open", "os.listdir", "os.scandir", "os.walk"}
# The process keeps its own memory out of core files, by a call of the library it runs on.
OWN = (["None"], "prctl")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# What an interpreter opens of its own: nothing that says anything of the host.
HARMLESS = ("/dev/null", "/dev/urandom")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A host with secrets of its own beside the checkout of a fork that reaches for them."""
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "connections.d", checkout / "connections.d")
    (tmp_path / "home").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.sops.yaml").write_text("a: of the host\n")
    git(checkout, "init", "-q")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-qm", "base")
    git(checkout, "branch", "base")
    planted = {
        ".sops.yaml": "creation_rules: [{age: age1planted}]\n",
        ".env": f"SOPS_AGE_KEY={IDENTITY}\nRECONCILE_ALLOW_FILES=/\nAPI_SECRET={PASTED}\n",
        "keys.txt": f"{IDENTITY}\n",
        "reconciler.yaml": CONFIG,
        "s.json": json.dumps({"properties": {"note": {"pattern": "^(a+)+$"}}}),
        "connections.d/comment.yaml": f"# {PASTED}\n",
    }
    for name, text in planted.items():
        (checkout / name).write_text(text)
    secrets = checkout / "connections.d" / "secrets"
    for name, target in LINKS.items():
        (secrets / name).symlink_to(target if target.startswith("/") else tmp_path / target)
    return tmp_path


def git(folder: Path, *words: str) -> None:
    own = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *own, *words], check=True, capture_output=True)


def committed(host: Path, reference: str) -> None:
    (host / "checkout" / "connections.d" / "hostile.yaml").write_text(HOSTILE % reference)
    git(host / "checkout", "add", "-A", "-f")
    git(host / "checkout", "commit", "-qm", "from a fork")


def guarded(host: Path, *words: str) -> tuple[int, dict, list[tuple[str, list[str]]]]:
    """Run a command with an empty environment; return its code, its report and everything it reached for."""
    log = host / "seen.jsonl"
    # Python itself wants to know where its modules are, and the guard where to write; nothing else is there.
    environ = {"SEEN": str(log), "PYTHONPATH": str(ROOT), "HOME": str(host / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", GUARD, *words, "-o", "json"], cwd=host / "checkout", env=environ, capture_output=True
    )
    seen = [tuple(json.loads(line)) for line in log.read_text().splitlines()]
    return done.returncode, json.loads(done.stdout), seen


def reached(host: Path, seen: list[tuple[str, list[str]]]) -> list[str]:
    """Return what was opened or listed outside of the checkout, the interpreter and the package."""
    ours = [host / "checkout", ROOT / "reconciler", Path(sys.prefix), Path(sys.base_prefix)]
    # What pip writes beside a package that is installed from where it lies.
    ours.append(ROOT / "reconciler.egg-info")
    ours += [Path(path) for path in sysconfig.get_paths().values()]
    allowed = tuple(f"{os.path.realpath(path)}{os.sep}" for path in ours)
    found = []
    for event, told in seen:
        # A number is a file that is open already, and a bare name is looked up in a folder that is.
        if event not in READS or not told or told[0].isdigit() or told[0] in ("None", *HARMLESS):
            continue
        path = Path(os.path.normpath(host / "checkout" / told[0]))
        # The interpreter looks into the folder of the package, to find the package.
        if path == ROOT and event == "os.listdir":
            continue
        if not f"{os.path.realpath(path.parent)}{os.sep}{path.name}{os.sep}".startswith(allowed):
            found.append(f"{event} {path}")
    return found


def contacts(seen: list[tuple[str, list[str]]]) -> list[str]:
    """Return every socket, every change of a file and every program but git."""
    found = []
    for event, told in seen:
        if event.startswith("ctypes.") and (told == OWN[0] or told[-1] == OWN[1]):
            continue
        is_git = event == "subprocess.Popen" and told[0] == "git"
        # A number is a pipe to git; a flag without a mode is judged by what it opens for writing.
        is_pipe = event == "open" and told[0].isdigit()
        flags = int(told[2]) if event == "open" else 0
        is_written = event == "open" and not is_pipe and told[0] not in HARMLESS and flags & WRITING
        if is_written or (event not in READS and not is_git):
            found.append(f"{event} {told}")
    return found


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("secrets/linked.sops.yaml", "is a symbolic link"),
        ("secrets/passwords.sops.yaml", "is a symbolic link"),
        ("../../outside/secret.sops.yaml", "leaves the repository"),
        ("/etc/passwd", "is not relative"),
    ],
)
def test_validate_does_its_whole_job_and_reaches_for_nothing(reference, told, host):
    committed(host, reference)

    code, report, seen = guarded(host, "validate")

    assert code == 5
    by_rule = {one["rule"]: one for one in report["findings"]}
    assert {"sealed-file", "private-key", "high-entropy", "naming"} <= by_rule.keys()
    assert any(told in one["message"] for one in report["findings"])
    assert {one["file"] for one in report["findings"] if one["rule"] == "private-key"} == {".env", "keys.txt"}
    assert IDENTITY not in json.dumps(report)
    assert PASTED not in json.dumps(report)
    assert len(seen) > 100
    assert reached(host, seen) == []
    assert "\n".join(contacts(seen)) == ""


def test_diff_does_its_whole_job_and_starts_nothing_but_git(host):
    committed(host, "secrets/linked.sops.yaml")

    code, report, seen = guarded(host, "diff", "base", "HEAD")

    assert code == 0
    assert [one["name"] for one in report["comparison"]["differences"] if one["step"] == "added"] == [
        "mexc-spot-stolen"
    ]
    assert reached(host, seen) == []
    assert "\n".join(contacts(seen)) == ""
    started = [told for event, told in seen if event == "subprocess.Popen"]
    assert started
    for _, command, _, environ in started:
        assert f"--git-dir={host / 'checkout' / '.git'}" in command
        assert "'GIT_ALLOW_PROTOCOL': 'none'" in environ
        assert "'GIT_CONFIG_GLOBAL': '/dev/null'" in environ
        assert "HOME" not in environ


def test_the_guard_sees_what_an_operator_names_outside(host):
    (host / "outside" / "a.yaml").write_text(HOSTILE % "a.sops.yaml")

    _, _, seen = guarded(host, "validate", "-f", str(host / "outside"))

    assert f"open {host / 'outside' / 'a.yaml'}" in reached(host, seen)


@pytest.mark.parametrize(
    "event",
    [
        ("socket.connect", ["s", "('203.0.113.1', 443)"]),
        ("subprocess.Popen", ["sh", "['sh']", "None", "{}"]),
        ("open", ["x", "w", str(os.O_WRONLY | os.O_CREAT)]),
        ("os.rename", ["a", "b", "-1", "-1"]),
        ("ctypes.dlopen", ["libc.so.6"]),
    ],
)
def test_the_guard_tells_a_contact_from_a_look(event):
    assert len(contacts([event])) == 1
