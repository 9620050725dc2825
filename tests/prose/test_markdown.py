from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.kit.terminal import harmless
from reconciler.prose.markdown import cell, code, fenced, prose, table

RENDERER = MarkdownIt("gfm-like", {"html": True})
# What attacks are made of, so that they come together often.
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(["`", "``", "```", "\\", "|", "<b>", "@a", "[x](y)", "www.evil.com", " ", "\n", "&lt;", "*"]),
        st.text(max_size=5),
    )
).map("".join)


def text_of(markdown: str) -> tuple[set[str], str]:
    """Render one paragraph; return the kinds of its parts and its text."""
    tokens = RENDERER.parse(f"told: {markdown}")
    (inline,) = [token for token in tokens if token.type == "inline"]
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return {part.type for part in inline.children}, "".join(part.content for part in inline.children)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the key may withdraw: replace it.", "the key may withdraw: replace it."),
        (
            'clear "Withdrawal" at KuCoin (API Management), then wait',
            'clear "Withdrawal" at KuCoin (API Management), then wait',
        ),
        ("suspended until 2026-12-01: moving", "suspended until 2026-12-01: moving"),
        ("run: reconcile test --only a", "run: reconcile test `--only` a"),
        ("look at connections.d/a.yaml, please", "look at `connections.d/a.yaml`, please"),
        ("ask @octocat about #12", "ask `@octocat` about `#12`"),
        ("see deadbeef and www", "see `deadbeef` and `www`"),
        ("a `b` c", "a `` `b` `` c"),
        ("two\nlines", "`two\\nlines`"),
        ("", ""),
        ("  spaced   out  ", "spaced out"),
    ],
)
def test_plain_words_stay_prose_and_the_rest_is_code(text, told):
    assert prose(text) == told


@given(HOSTILE)
def test_nothing_but_text_and_code_comes_of_any_sentence(text):
    kinds, shown = text_of(prose(text, longest=10_000))

    assert kinds <= {"text", "code_inline"}
    assert shown.removeprefix("told:").replace(" ", "") == harmless(text).replace(" ", "")


@given(HOSTILE)
def test_a_code_span_holds_exactly_its_text(text):
    kinds, shown = text_of(code(text, longest=10_000))

    assert kinds <= {"text", "code_inline"}
    assert shown.removeprefix("told:").strip() == harmless(text).strip()


@given(st.lists(HOSTILE, min_size=3, max_size=3))
def test_a_table_keeps_its_columns_whatever_stands_in_it(texts):
    lines = table(["a", "b", "c"], [[code(text) for text in texts]])

    tokens = RENDERER.parse("\n".join(lines))

    assert sum(token.type == "td_open" for token in tokens) == 3
    assert not [token for token in tokens if token.type == "html_block"]


@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_no_line_ends_a_code_block(texts):
    lines = [harmless(text) for text in texts]

    tokens = RENDERER.parse("\n".join(fenced(lines, "diff")))

    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].info == "diff"


def test_what_nobody_would_read_to_its_end_is_cut():
    assert prose("word " * 300, longest=12) == "word word `w…`"
    assert code("x" * 300) == f"`{'x' * 199}…`"


def test_a_bar_in_a_cell_is_broken():
    assert cell("`a|b`") == "`a¦b`"
