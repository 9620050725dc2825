from __future__ import annotations

import re
from pathlib import Path

import reconciler
from reconciler.manifests.mistakes import MISTAKES

SOURCES = Path(reconciler.__file__).parent


def test_every_rule_that_the_loader_speaks_of_has_its_page():
    texts = [path.read_text() for path in (SOURCES / "manifests").glob("*.py")]
    texts.append((SOURCES / "documents" / "agreement.py").read_text())
    spoken = {
        rule
        for text in texts
        for rule in re.findall(r'(?:Mark|Mistake|Disagreement|_mark|_stop)\(\s*"([a-z-]+)"', text)
    }

    assert len(spoken) > 15
    assert spoken <= set(MISTAKES)


def test_every_page_is_of_a_rule_that_exists():
    text = "".join(path.read_text() for path in (SOURCES / "manifests").glob("*.py") if path.name != "mistakes.py")
    text += (SOURCES / "documents" / "agreement.py").read_text()

    assert [rule for rule in MISTAKES if f'"{rule}"' not in text] == []


def test_ids_are_short_kebab_words_and_pages_say_something():
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule) for rule in MISTAKES)
    assert all(page.summary and len(page.page) > 20 for page in MISTAKES.values())
