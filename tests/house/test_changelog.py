"""The law of the changelog: a user sees what is new before it is out."""

from __future__ import annotations

import re
import tomllib

SECTIONS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def faults(text: str) -> list[str]:
    """Say what is wrong with a changelog."""
    releases = re.findall(r"^## (.+)$", text, re.MULTILINE)
    found = [] if releases[:1] == ["Unreleased"] else ["it does not begin with Unreleased"]
    found += [
        f"no such section: {name}" for name in re.findall(r"^### (.+)$", text, re.MULTILINE) if name not in SECTIONS
    ]
    entries = re.findall(r"^- (.+(?:\n {2}.+)*)", text, re.MULTILINE)
    found += [f"no sentence: {entry}" for entry in entries if not entry.endswith((".", ":"))]
    return found if entries else [*found, "it has no entries"]


def test_the_changelog_can_be_read_by_a_user(root):
    assert faults((root / "CHANGELOG.md").read_text(encoding="utf-8")) == []


def test_the_version_stands_once(root):
    from reconciler import __version__

    assert tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == __version__


def test_planted_faults_are_caught():
    assert faults("## 1.0\n\n### News\n\n- half a\n") == [
        "it does not begin with Unreleased",
        "no such section: News",
        "no sentence: half a",
    ]
    assert faults("## Unreleased\n") == ["it has no entries"]
