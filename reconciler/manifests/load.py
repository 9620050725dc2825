"""All manifests of a repository in one pass: valid documents with their places, and a finding for each mistake."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.config import StrategySettings
from reconciler.documents.connection import Connection
from reconciler.documents.known import Known
from reconciler.documents.policy import Policy
from reconciler.documents.waiver import Waiver
from reconciler.manifests.entry import Entry, read_file
from reconciler.manifests.references import cross_check
from reconciler.manifests.settings import SettingsCheck
from reconciler.manifests.tree import Folder, Tree
from reconciler.model.finding import Finding
from reconciler.model.manifest import D, Manifests, Placed

_NONE: Mapping[str, StrategySettings] = MappingProxyType({})


def load(
    paths: Sequence[Path],
    *,
    root: Path,
    known: Known,
    strategies: Mapping[str, StrategySettings] = _NONE,
    tree: Tree | None = None,
) -> Manifests:
    """Read every manifest below some places, of the folder `root` or of another tree.

    Nothing that a file holds is raised: what cannot be read or is wrong is a finding, all of severity deny. Where
    no place exists at all, there is simply no manifest.
    """
    tree = tree or Folder(root)
    entries: list[Entry] = []
    files: list[str] = []
    findings: list[Finding] = []
    with _collector_at_rest():
        for found in tree.find(paths):
            files.append(found.shown)
            more, wrong = read_file(found, tree, known)
            entries.extend(more)
            findings.extend(wrong)
        findings.extend(cross_check(entries))
        settings = SettingsCheck(tree, strategies)
        findings.extend(finding for entry in entries for finding in settings.findings(entry))
    return Manifests(
        tree.root,
        tuple(_placed(entries, Connection)),
        tuple(_placed(entries, StrategyBinding)),
        tuple(_placed(entries, Policy)),
        waivers=tuple(_placed(entries, Waiver)),
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        files=tuple(files),
    )


def _placed(entries: Sequence[Entry], model: type[D]) -> Iterator[Placed[D]]:
    for entry in entries:
        if isinstance(entry.document, model):
            yield Placed(entry.document, entry.source)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    # Tens of thousands of new objects, none of them garbage and none in a cycle: the collector would walk them again
    # and again, now and for the rest of the run. They are set aside, and given back to it when the next load begins.
    was_enabled = gc.isenabled()
    gc.unfreeze()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
