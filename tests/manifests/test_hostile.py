"""Hostile manifests: each gives findings with file and line, no exception, and no more work than the bounds allow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.manifests.compose import MAX_VALUES, compose
from reconciler.manifests.files import MAX_BYTES
from reconciler.manifests.raw import split

CANARY = "CANARY-5f0e8b7a"
GOOD = f"""\
apiVersion: reconciler/v1
kind: Connection
metadata: {{name: kucoin-main}}
spec:
  exchange: kucoin
  markets: [futures]
  credentials:
    apiKey: {{age: a.age}}
    secret: {CANARY}
    passphrase: {{age: b.age}}
"""


def laughs(levels: int, width: int) -> str:
    lines = ["a0: &a0 lol"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


def merged(levels: int) -> str:
    return "a0: &a0 {x: 1}\n" + "\n".join(f"a{n}: &a{n}\n  <<: *a{n - 1}\n  y{n}: 1" for n in range(1, levels))


TEXTS: dict[str, str] = {
    "billion laughs": laughs(30, 9),
    "laughs of two": laughs(64, 2),
    "laughs in a name": "? " + "&a [x]\n: *a\n",
    "merge chain": merged(50),
    "merge of a list": "a: &a {x: 1}\nb:\n  <<: [*a, *a, *a]\n",
    "merge of itself": "a: &a\n  <<: *a\n",
    "alias in itself": "a: &a [*a]\n",
    "map in itself": "&a {x: *a}\n",
    "alias two levels up": "a: &a {b: {c: [*a]}}\n",
    "alias of nothing": "a: *nowhere\n",
    "alias of a later anchor": "a: *b\nb: &b 1\n",
    "alias as the document": "--- *a\n",
    "anchor without a value": "&a\n",
    "ten thousand aliases": "a: &a 1\nb: [" + "*a, " * 10_000 + "]\n",
    "ten thousand anchors": "[" + ", ".join(f"&a{n} {n}" for n in range(10_001)) + "]\n",
    "deep lists": "[" * 200_000,
    "deep closed lists": "[" * 5_000 + "]" * 5_000,
    "deep maps": "{a: " * 100_000,
    "deep block lists": "- " * 100_000,
    "deep block maps": "".join(" " * n + "a:\n" for n in range(500)),
    "deep names": "? " * 50_000 + "a\n",
    "deep mixed": "[{a: " * 50_000,
    "a huge name": "a" * 2_000_000 + ": 1\n",
    "a huge name in quotes": '"' + "a" * 500_000 + '": 1\n',
    "many names": "".join(f"a{n}: 1\n" for n in range(20_000)),
    "one name many times": "a: 1\n" * 9_000,
    "many values": "[" + "1," * 500_000 + "]",
    "an enormous whole number": "a: " + "9" * 100_000 + "\n",
    "an enormous fraction": "a: 0." + "9" * 100_000 + "e99999\n",
    "an enormous exponent": "a: 1e999999999\n",
    "an enormous hexadecimal": "a: 0x" + "f" * 100_000 + "\n",
    "an enormous octal": "a: 0o" + "7" * 100_000 + "\n",
    "infinity": "a: .inf\n",
    "no number": "kind: .nan\n",
    "python object": "!!python/object/apply:os.system ['true']\n",
    "python name": "a: !!python/name:os.system ''\n",
    "python module": "a: !!python/module:os ''\n",
    "python tuple": "a: !!python/tuple [1]\n",
    "binary": "a: !!binary aGVsbG8=\n",
    "set": "a: !!set {x}\n",
    "omap": "a: !!omap [x: 1]\n",
    "timestamp tag": "a: !!timestamp 2026-10-01\n",
    "local tag": "a: !include /etc/passwd\n",
    "tag with an address": "a: !<tag:example.com,2026:x> 1\n",
    "tag handle": "%TAG ! tag:example.com,2026:\n---\na: !x 1\n",
    "unknown tag handle": "a: !e!x 1\n",
    "an open tag": "a: !<\n",
    "directive of another version": "%YAML 3.0\n---\na: 1\n",
    "directive of version 1.1": "%YAML 1.1\n---\na: yes\n",
    "two directives": "%YAML 1.2\n%YAML 1.2\n---\na: 1\n",
    "unknown directive": "%FOO bar\n---\na: 1\n",
    "an open quote": "a: 'x\n",
    "an open double quote": 'a: "x\n',
    "an open list": "a: [1, 2\n",
    "an open map": "a: {b: 1\n",
    "a quote across documents": "a: 'x\n---\nb: y'\n",
    "a closing bracket": "]\n",
    "a closing brace": "a: }\n",
    "only a colon": ":\n",
    "only a dash": "-\n",
    "only a question": "?\n",
    "only a bar": "|\n",
    "only a percent": "%\n",
    "only an at": "@\n",
    "only a backtick": "`\n",
    "only an ampersand": "&\n",
    "only a star": "*\n",
    "only an exclamation mark": "!\n",
    "a tab before a field": "a:\n\tb: 1\n",
    "a tab at the start": "\ta: 1\n",
    "a null character": "a: \0\n",
    "an escaped null in a name": '{"a\\0b": 1}\n',
    "a bell": "a: \a\n",
    "an escape sequence": "a: \x1b[2J\n",
    "a delete character": "a: \x7f\n",
    "a form feed": "a: 1\f\n",
    "a next line character": "a: 1\x85kind: Policy\n",
    "a line separator": "a: 1\u2028kind: Policy\n",
    "a paragraph separator": "a: 1\u2029kind: Policy\n",
    "a direction override": "a: \u202ex\n",
    "an isolate": "a: \u2066x\n",
    "a mark in the middle": "a: \ufeffx\n",
    "a non-character": "a: \uffff\n",
    "an escaped lone surrogate": 'a: "\\ud800"\n',
    "an escaped pair of surrogates": 'a: "\\ud83d\\ude00"\n',
    "an escape beyond unicode": 'a: "\\UFFFFFFFF"\n',
    "an unknown escape": 'a: "\\q"\n',
    "windows lines": "a: [\r\n1\r\n",
    "old mac lines": "a: 1\r b: 2\r",
    "mixed lines": "a: 1\r\n\n\rb: [\n",
    "a list": "- 1\n",
    "a word": "word\n",
    "a number": "5\n",
    "a boolean": "true\n",
    "a null": "null\n",
    "an empty map": "{}\n",
    "an empty list": "[]\n",
    "a Config": "apiVersion: reconciler/v1\nkind: Config\n",
    "an unknown kind": "apiVersion: reconciler/v1\nkind: Secret\n",
    "a kind that is a map": "kind: {Connection: 1}\n",
    "a kind that is a list": "kind: [Connection]\n",
    "a kind of a thousand letters": f"kind: {'Connection' * 100}\n",
    "only a kind": "kind: Connection\n",
    "everything null": "apiVersion:\nkind: Connection\nmetadata:\nspec:\n",
    "everything a list": "apiVersion: []\nkind: Connection\nmetadata: []\nspec: []\n",
    "everything a map": "apiVersion: {}\nkind: Policy\nmetadata: {}\nspec: {}\n",
    "fields of null names": "? \n: 1\nnull: 2\n~: 3\n",
    "a name that is a list": "[a, b]: 1\n",
    "a template": "a: {{ value }}\n",
    "a text block that ends": "kind: |\n  Connection\nspec\n",
    "a block with a huge indent": "a: |9\n  b\n",
    "a comment without end": "#" * 1_000_000 + "\nx\n",
    "many empty documents and a broken one": "---\n" * 5_000 + "[\n",
    "many broken documents": "--- [\n" * 3_000,
    "more documents than there may be": "---\n" * 30_000,
    "a document end in the middle": "a: 1\n...\nb: 2\n",
    "a duplicate of every field": GOOD + GOOD.replace("kucoin-main", "x"),
    "a literal secret": GOOD,
}
BYTES: dict[str, bytes] = {
    "utf-16": "kind: Connection\n".encode("utf-16"),
    "utf-16 without a mark": "kind: Connection\n".encode("utf-16-le"),
    "utf-32": "kind: Connection\n".encode("utf-32"),
    "latin-1": "a: é\n".encode("latin-1"),
    "half a character": "a: é".encode()[:-1],
    "a lone surrogate": b"a: \xed\xa0\x80\n",
    "an overlong slash": b"a: \xc0\xaf\n",
    "beyond unicode": b"a: \xf4\x90\x80\x80\n",
    "continuation bytes": b"\x80" * 1000,
    "an executable": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 100,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 1000,
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n",
    "a file over the bound": b"#" * (MAX_BYTES + 1),
    "a file of nulls": b"\0" * 1_000_000,
}
ALL = {name: text.encode() for name, text in TEXTS.items()} | BYTES


def test_there_are_at_least_a_hundred():
    assert len(ALL) >= 100


@pytest.mark.parametrize("name", ALL)
def test_a_hostile_manifest_gives_findings_with_file_and_line(name, loaded):
    manifests = loaded(ALL[name])

    assert manifests.count == 0
    assert manifests.findings
    assert len(manifests.findings) <= 1001
    assert {one.location.file for one in manifests.findings} == {"connections.d/000.yaml"}
    assert all(one.location.line > 0 for one in manifests.findings if one.rule not in ("size", "file", "too-many"))
    assert all(one.message and one.message.isprintable() and len(one.message) < 300 for one in manifests.findings)


@pytest.mark.parametrize("name", ALL)
def test_a_hostile_manifest_is_given_no_more_work_than_the_bounds_allow(name):
    for chunk in split(ALL[name])[0]:
        # An alias is counted with all that it repeats, and its document ends there.
        assert compose(chunk.text).values <= 2 * MAX_VALUES


def test_a_hostile_manifest_does_not_hide_a_good_one(loaded, connection, binding):
    manifests = loaded(connection, laughs(30, 9), "[" * 10_000, b"\xff\xfe", binding)

    assert manifests.count == 2


def whole(findings) -> str:
    return " ".join(f"{one.message} {one.remedy} {one.name} {one.kind}" for one in findings)


@settings(max_examples=300)
@given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.binary(max_size=6))
def test_a_damaged_manifest_is_told_and_never_repeated(known, at, until, noise):
    damaged = GOOD.encode()[:at] + noise + GOOD.encode()[max(at, until) :]

    assert_harmless(damaged, known)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_flipped_bytes_are_told_and_never_repeated(known, flips):
    damaged = bytearray(GOOD.encode())
    for at, byte in flips:
        damaged[at] = byte

    assert_harmless(bytes(damaged), known)


@settings(max_examples=300)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`#?, \n\t<.~0\\", max_size=60))
def test_any_mixture_of_signs_is_told(known, text):
    assert_harmless(text.encode(), known)


def assert_harmless(data: bytes, known) -> None:
    """Read the text as the loader does, and hold what is told against the laws of findings."""
    from reconciler.manifests import entry

    chunks, marks = split(data)
    findings = [entry.at_mark("a.yaml", mark) for mark in marks]
    for chunk in chunks:
        _, more = entry._document(entry.TextSource("a.yaml", chunk), chunk, known)
        findings.extend(more)

    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert CANARY not in whole(findings)
    assert "5f0e8b7a" not in whole(findings)
    assert all(one.rule == "size" or 0 < one.location.line <= lines for one in findings)
