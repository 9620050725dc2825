"""GitHub workflow annotations: lines that the runner turns into marks beside the changed files."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.format import Format, Style
from reconciler.model.report import Failure, Report
from reconciler.prose.notices import Notice, notices
from reconciler.prose.summary import summary
from reconciler.prose.words import number, said
from reconciler.values.severity import Severity

FORMAT = Format(
    "github",
    "annotations of a GitHub workflow: at most ten errors and ten warnings, worst first",
    ".github.txt",
    "text/plain",
    page="""\
Print it to stdout in a workflow step; the runner shows each line beside the file and line it names:

  reconcile validate -o github

GitHub keeps ten errors and ten warnings of a step, so no more are printed, the worst first, and a notice says how many
are left out. Notes are not annotated. Other reports of the same run go into files: -o github -o sarif=findings.sarif
""",
)

# https://docs.github.com/en/actions/reference/limits keeps this many annotations of a kind for one step; last verified
# 2026-11-22.
MOST = 10
# An annotation is a line in a margin; a page of text belongs elsewhere.
_LONGEST = 2000
_WORDS = ((Severity.DENY, "error"), (Severity.WARN, "warning"))


def render(report: Report, style: Style) -> str:
    """Write annotations, how many more there are, and what came of the run."""
    told = notices(report, once=True)
    errors = [*map(_failure, report.failures), *(_annotation(one, "error") for one in told if _is(one, Severity.DENY))]
    warnings = [_annotation(one, "warning") for one in told if _is(one, Severity.WARN)]
    lines = [*errors[:MOST], *warnings[:MOST]]
    left_out = [
        number(len(many) - MOST, f"more {word}", f"more {word}s")
        for many, word in ((errors, "error"), (warnings, "warning"))
        if len(many) > MOST
    ]
    if left_out:
        lines.append(f"::notice title=reconcile::{' and '.join(left_out)}: -o text or -o json lists them")
    return "\n".join([*lines, summary(report) or "Nothing was looked at."]) + "\n"


def _is(one: Notice, severity: Severity) -> bool:
    return one.severity is severity


def _annotation(one: Notice, word: str) -> str:
    place = {}
    if one.location is not None and one.location.file:
        place["file"] = said(one.location.file)
    if one.location is not None and one.location.line:
        place |= {"line": str(one.location.line), "col": str(one.location.column)}
    return _command(word, {**place, "title": one.rule}, one.message, one.remedy)


def _failure(one: Failure) -> str:
    return _command("error", {"title": "reconcile"}, said(one.message), said(one.hint))


def _command(word: str, properties: Mapping[str, str], message: str, hint: str) -> str:
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    # The texts are single lines; only this line break is ours.
    text = _data(_cut(message)) + (f"%0Ahint: {_data(_cut(hint))}" if hint else "")
    return f"::{word} {told}::{text}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# The runner undoes these, and splits at what they stand for:
# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts, last verified 2026-11-22.
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
