"""Texts that somebody else may word, and that no report may fall for; read by path, since tests are no package."""

from __future__ import annotations

HOSTILE = (
    '"quoted" | pipe ; $(id) `id` \x1b[2J\x1b[1;31mOnline\x1b[0m \u202eenilnO\u202c '
    "日本語 👩\u200d💻 ❤\ufe0f שלום \x9b2J \x07\r\n- fake"
)
# What a manifest from a fork may try on whoever reads the report: a CI runner, a forge, a viewer, a parser.
FORGED = (
    "::error file=x::forged",
    "::stop-commands::token",
    "a line%0A::warning::forged\n::add-mask::forged",
    "##[add-matcher]matcher.json",
    "see ##vso[task.setvariable variable=a]b",
    "@octocat and @org/team, fixes #12, GH-12, a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
    "[click](https://evil.example) https://evil.example www.evil.example mail@evil.example ![x](//evil.example/p.png)",
    "<script>alert(1)</script><img src=x onerror=alert(1)> </details> <!-- &lt;b&gt; -->",
    "``` | a ` b `` | :tada: $x$ $`y`$ **bold** _soft_ ~~gone~~ \\| \\",
    "]]> &amp; {0} {placeholder} \ufffe \x00 \x0b \ud800 \u2028 \u202ereversed\u202c \u2066isolated\u2069",
    "# heading\n- item\n\n    code\n> quote\n| a | b |\n| - | - |",
    "שלום עולם, مرحبا 🚀 日本語",
    "[{1}](2) \\",
)
LONG = ("word " * 20_000, "x" * 100_000, "`" * 5000, "🚀" * 50_000, "|" * 3000)
