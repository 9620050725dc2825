"""What libyaml's complaints mean to a person, and what to do about each.

Only the kind of the complaint is used: snippets could repeat a secret, so no text of the file is ever shown.
"""

from __future__ import annotations

from yaml import MarkedYAMLError, YAMLError

from reconciler.manifests.mistakes import Mark

_UNKNOWN = ("this cannot be read as YAML", "compare with an example in connections.d")
# libyaml's own fixed texts (scanner.c and parser.c of 0.2.5, last verified 2026-11-22), by how they begin.
_PROBLEMS = {
    "mapping values are not allowed": (
        "a colon stands where no field can begin",
        "check the indentation of this line and the one above; quote a text that holds a colon and a space",
    ),
    "found character that cannot start": (
        "this character cannot begin a value",
        "put the value into quotes",
    ),
    "found unexpected end of stream": ("a quote or bracket is never closed", "close it"),
    "found unexpected document indicator": ("a quote is not closed before the document ends", "close it"),
    "did not find expected ',' or ']'": ("a list in brackets is not closed, or lacks a comma", "add the , or the ]"),
    "did not find expected ',' or '}'": ("a map in braces is not closed, or lacks a comma", "add the , or the }"),
    "did not find expected node content": ("a value was expected here", "write the value, or remove the sign"),
    "did not find expected key": (
        "a field was expected here",
        "check the indentation of this line: fields of one map stand in one column",
    ),
    "did not find expected '-' indicator": (
        "a list item was expected here",
        "check the indentation of this line: the items of one list stand in one column",
    ),
    "block sequence entries are not allowed": (
        "a list item stands where none can be",
        "begin the list on a line of its own",
    ),
    "block mapping keys are not allowed": ("a field stands where none can be", "begin the map on a line of its own"),
    "could not find expected ':'": (
        "a colon is missing after the field name",
        "write name: value; continue a long text with more indentation",
    ),
    "found a tab character": ("a tab is used for indentation", "indent with spaces"),
    "found unknown escape character": (
        "no such escape in double quotes",
        "write a backslash as \\\\, or use single quotes",
    ),
    "found invalid Unicode character escape code": ("no such character", "write an existing code point"),
    "did not find expected hexdecimal number": (
        "an escape lacks digits",
        "write two, four or eight hexadecimal digits",
    ),
    "did not find expected <document start>": (
        "something stands after the end of the document",
        "begin each document with --- on a line of its own, and its first field in the first column",
    ),
    "did not find expected alphabetic or numeric": (
        "an anchor or alias has no name",
        "quote a text that begins with & or *",
    ),
    "did not find expected comment or line break": (
        "something stands behind the sign of a text block",
        "put the text on the next line, indented",
    ),
    "found undefined tag handle": ("an explicit tag", "remove the tag; quote a text that begins with !"),
}
_ENDS = ("the document ends where a value was expected", "write it, or close the bracket")
_TAB = ("a tab is used for indentation", "indent with spaces")


def explain(error: YAMLError, text: bytes) -> Mark:
    """Turn an error of the parser into a mark at its place, in our words alone."""
    place = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    if place is None or not isinstance(error, MarkedYAMLError):
        return Mark("syntax", 1, 1, *_UNKNOWN)
    problem = str(error.problem)
    told = next((words for start, words in _PROBLEMS.items() if problem.startswith(start)), _UNKNOWN)
    if problem.startswith("found character that cannot") and _at(text, place.line, place.column) == "\t":
        told = _TAB
    # What is never closed shows where it was opened; the end of the file says nothing.
    if error.context_mark is not None and problem.startswith(("found unexpected end", "did not find expected ',' or")):
        place = error.context_mark
    if _rest(text, place.line).strip():
        return Mark("syntax", place.line + 1, place.column + 1, *told)
    # Beyond the last visible character there is nothing to point at.
    return Mark("syntax", *_end(text), *(_ENDS if problem.startswith("did not find expected node content") else told))


def _rest(text: bytes, line: int) -> bytes:
    return b"".join(text.splitlines(keepends=True)[line:])


def _end(text: bytes) -> tuple[int, int]:
    lines = text.decode(errors="replace").rstrip().splitlines() or [""]
    return len(lines), max(len(lines[-1]), 1)


def _at(text: bytes, line: int, column: int) -> str:
    lines = text.decode(errors="replace").splitlines()
    return lines[line][column : column + 1] if line < len(lines) else ""
