"""The law of words: the project speaks of itself alone, and leaves no work for later."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

# Spelled in pieces, so that this file does not break its own law.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.~-])/(" + "|".join(["wo" + "rk", "ro" + "ot", "t" + "mp"]) + r")/"),
    "work left for later": re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b"),
    "who wrote it with what": re.compile(
        r"\b(" + "|".join(["cla" + "ude", "anth" + "ropic", "chat" + "gpt", "co" + "pilot", "l" + "lm"]) + r")\b",
        re.IGNORECASE,
    ),
    "how it was made": re.compile(
        r"\b("
        + "|".join(["sub" + "agent", "this ses" + "sion", "the bri" + "ef", "my bri" + "ef", "context win" + "dow"])
        + r")\b",
        re.IGNORECASE,
    ),
    "an unresolved merge": re.compile(r"^(<{7} |>{7} |={7}$)", re.MULTILINE),
    "a private key": re.compile(r"-----BEGIN (?!AGE ENC)[A-Z ]*PRIV" + r"ATE KEY-----\\?n?\s[A-Za-z0-9+/]{40}"),
}
# Encrypted files and their origin are quoted as they were published.
QUOTED = ("tests/sealed/vectors/", "tests/secrets/vectors/")


def breaches(text: str) -> list[str]:
    """Say which laws a text breaks, and with what."""
    return [f"{law}: {match[0]!r}" for law, pattern in FORBIDDEN.items() if (match := pattern.search(text))]


def written(root: Path) -> dict[str, str]:
    """Return every text that is or may be checked in."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout.split("\0")
    files = [name for name in names if name and (root / name).is_file() and not name.startswith(QUOTED)]
    return {name: (root / name).read_text(encoding="utf-8", errors="replace") for name in files}


def test_the_project_speaks_of_itself_alone(root):
    assert {name: wrong for name, text in written(root).items() if (wrong := breaches(text))} == {}


def test_commit_messages_keep_the_same_law(root):
    command = ["git", "log", "-200", "--format=%B"]
    messages = subprocess.run(command, cwd=root, capture_output=True, check=False, text=True).stdout

    assert breaches(messages) == []


def test_planted_words_are_caught():
    planted = [
        "see /wo" + "rk/a.txt",
        "# TO" + "DO: later",
        "asked Cla" + "ude",
        "in this ses" + "sion",
        "<" * 7 + " HEAD",
    ]

    assert all(breaches(text) for text in planted)
    assert breaches("a session of aiohttp in ~/work, at /workspace, todo lists, homework/x") == []
