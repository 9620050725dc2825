"""One manifest file to its documents and findings; shared by manifests and reconciler.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.documents import shapes
from reconciler.documents.known import Known
from reconciler.manifests.check import KINDS, Document, check, kind_of
from reconciler.manifests.compose import compose
from reconciler.manifests.files import Found
from reconciler.manifests.mistakes import Mark, Mistake
from reconciler.manifests.raw import Chunk, split
from reconciler.manifests.scalars import Data
from reconciler.manifests.source import TextSource
from reconciler.manifests.tree import Tree
from reconciler.model.finding import Finding, anchored
from reconciler.values.location import Location
from reconciler.values.severity import Severity

_MOST = 1000
_NAME = re.compile(shapes.DNS_LABEL.removesuffix("$") + r"\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document that says what it is: valid, or broken and then with its plain data.

    The name is None unless it is a valid one, so it may be shown.
    """

    kind: str
    name: str | None
    source: TextSource
    document: Document | None = None
    data: Data = None

    def finding(self, mistake: Mistake) -> Finding:
        """Return a mistake of this document as a finding at its place."""
        return _placed(mistake, self.source, self.kind, self.name)

    def field(self, name: str) -> object:
        """Return a field of the spec by its YAML name, however broken the document is; None where it is absent."""
        if self.document is not None:
            return getattr(self.document.spec, name, None)
        spec = self.data.get("spec") if isinstance(self.data, dict) else None
        return spec.get(name) if isinstance(spec, dict) else None


def read_file(found: Found, tree: Tree, known: Known) -> tuple[list[Entry], list[Finding]]:
    """Read all documents of one file."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    chunks, marks = chunks_of(found, tree)
    findings.extend(at_mark(found.shown, mark) for mark in marks)
    for chunk in chunks:
        entry, more = _document(TextSource(found.shown, chunk), chunk, known)
        findings.extend(more)
        if entry is not None:
            entries.append(entry)
        if len(findings) > _MOST:
            told = Mark("too-many", 0, 0, f"more than {_MOST:,} mistakes in this file", "mend those shown first")
            return entries, [*findings[:_MOST], at_mark(found.shown, told)]
    return entries, findings


def chunks_of(found: Found, tree: Tree) -> tuple[list[Chunk], list[Mark]]:
    """Return the documents of a file as text, or what keeps it from being read."""
    if found.mark is not None:
        return [], [found.mark]
    data = tree.read(found.path)
    return ([], [data]) if isinstance(data, Mark) else split(data)


def at_mark(file: str, mark: Mark, lines_before: int = 0) -> Finding:
    """Return a mark as a finding; its lines count from the document's first."""
    location = Location(file, mark.line + lines_before, mark.column) if mark.line else Location(file)
    return Finding(mark.rule, Severity.DENY, mark.message, location, mark.remedy)


def data_of(chunk: Chunk, source: TextSource) -> tuple[Data, bool, list[Finding]]:
    """Return the data of a document, whether it is there to be checked, and what is wrong with its text."""
    composed = compose(chunk.text)
    findings = [at_mark(source.file, mark, chunk.lines_before) for mark in composed.marks]
    return composed.data, composed.is_whole and not composed.is_empty, findings


def findings_of(mistakes: list[Mistake], source: TextSource, kind: str, name: str | None) -> Iterator[Finding]:
    """Return the mistakes of a document as findings at their places."""
    return (_placed(mistake, source, kind, name) for mistake in mistakes)


def _document(source: TextSource, chunk: Chunk, known: Known) -> tuple[Entry | None, list[Finding]]:
    data, is_whole, findings = data_of(chunk, source)
    kind, mistake = kind_of(data)
    if kind is None or not is_whole:
        if mistake is not None and is_whole:
            findings.append(_placed(mistake, source, None, name_in(data)))
        # What breaks off in the middle still tells its name, so that references to it are no second mistake.
        return (Entry(kind, name_in(data), source, data=data) if kind else None), findings
    document, mistakes = check(KINDS[kind], data, known)
    name = name_in(data)
    findings.extend(findings_of(mistakes, source, kind, name))
    if findings:
        return Entry(kind, name, source, data=data), findings
    return Entry(kind, name, source, document), findings


def name_in(data: object) -> str | None:
    """Return the name a document gives itself, if it is a valid one."""
    metadata = data.get("metadata") if isinstance(data, dict) else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) and _NAME.match(name) else None


def _placed(mistake: Mistake, source: TextSource, kind: str | None, name: str | None) -> Finding:
    place = source.name_of(*mistake.path) if mistake.at_key else source.where(*mistake.path)
    anchor = anchored(mistake.path)
    return Finding(mistake.rule, Severity.DENY, mistake.message, place, mistake.remedy, kind, name, anchor)
