"""Files of a git revision, read by the git program from its object store: nothing is checked out or fetched.

The repository may come from anybody. Git is told where it is, reads no configuration but the repository's own, runs
no hook and no filter for what is asked here, and may use no transport, so that a missing object is an error.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import OperationalError, UsageError
from reconciler.manifests.files import MAX_BYTES, Found, absolute, find_in
from reconciler.manifests.mistakes import Mark
from reconciler.manifests.revision import git_folder

# What git asks itself for in a revision's name is left to it; what begins like an option is not.
_NAME = re.compile(r"[^\s\x00-\x1f\x7f-][^\x00-\x1f\x7f]{0,249}\Z")

# Git lists and reads ten thousand files in two seconds; one that waits for a pipe in the place of a file never ends.
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class _Blob:
    sha: str
    size: int
    mode: int


class Revision:
    """One revision of the repository around a folder; its paths are those the files would have there."""

    def __init__(self, root: Path, name: str) -> None:
        self._root = Path(absolute(root))
        git = git_folder(self._root)
        if git is None:
            raise UsageError(f'"{_shown(name)}" is no folder, and this is no git repository', hint="name a folder")
        self._git = _Git(git)
        self._top = _top(self._root)
        self.name = name
        self.sha = self._git.commit(name)
        self._blobs = {self._top / path: blob for path, blob in self._git.files(self.sha)}
        self._read: dict[str, bytes] = {}
        self._folders = {folder for path in self._blobs for folder in path.parents}

    @property
    def root(self) -> Path:
        """The root of the config repository, from the top."""
        return self._root

    def exists(self, path: Path) -> bool:
        """Tell whether a file, a folder or a link stands there."""
        return path in self._blobs or path in self._folders

    def find(self, paths: Sequence[Path]) -> list[Found]:
        """Return the manifests below some places, sorted and each once."""
        modes = {str(path): blob.mode for path, blob in self._blobs.items()}
        found = find_in(modes, [absolute(path) for path in paths], self._root, self._is_folder)
        wanted = [self._blobs[Path(one.path)] for one in found if one.mark is None]
        # All at once: a process for each of ten thousand files would take a minute.
        shas = dict.fromkeys(blob.sha for blob in wanted if blob.size <= MAX_BYTES)
        self._read.update(self._git.contents([sha for sha in shas if sha not in self._read]))
        return found

    def read(self, path: Path | str) -> bytes | Mark:
        """Return what a regular file holds, or why it was not read."""
        blob = self._blobs.get(Path(path))
        if blob is None:
            return Mark("file", 0, 0, "cannot be opened: it is not there", "check that it is part of the revision")
        if not stat.S_ISREG(blob.mode):
            return Mark("file", 0, 0, "not a regular file", "put the text itself here")
        if blob.size > MAX_BYTES:
            return Mark("size", 0, 0, f"larger than {MAX_BYTES // 1024**2} MiB", "split the file")
        content = self._content(blob)
        return Mark("file", 0, 0, "is not in this clone", "fetch it whole") if content is None else content

    def _content(self, blob: _Blob) -> bytes | None:
        if blob.sha not in self._read:
            self._read.update(self._git.contents([blob.sha]))
        return self._read.get(blob.sha)

    def _is_folder(self, link: str) -> bool:
        named = self._content(self._blobs[Path(link)]) or b""
        return Path(os.path.normpath(Path(link).parent / os.fsdecode(named))) in self._folders

    def leaves(self, path: Path) -> bool:
        """Say whether a path goes through a link: where a link of a revision leads is nobody's to follow."""
        inside = [path, *path.parents]
        return any(one in self._blobs and stat.S_ISLNK(self._blobs[one].mode) for one in inside)


def common_ancestor(root: Path, one: str, two: str) -> str:
    """Return the revision from which two others went their own ways.

    Raises UsageError where there is none, or one of them is no revision.
    """
    git = git_folder(Path(absolute(root)))
    if git is None:
        raise UsageError("this is no git repository", hint="leave out --merge-base to compare folders")
    asked = _Git(git)
    told = asked.told("merge-base", asked.commit(one), asked.commit(two))
    if told is None:
        raise UsageError(
            "the two revisions have no common ancestor here", hint="fetch more history: git fetch --unshallow"
        )
    return told.decode("ascii").strip()


def is_revision(root: Path, name: str) -> bool:
    """Tell whether a name stands for a commit of the repository around a folder, if there is one."""
    git = git_folder(Path(absolute(root)))
    return git is not None and _Git(git).found(name) is not None


class _Git:
    """The git program, told to look at one repository and at nothing else."""

    def __init__(self, git: Path) -> None:
        self._command = ["git", f"--git-dir={git}", "--no-optional-locks", "--no-replace-objects"]
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
        self._environ = {
            **kept,
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            # No transport has this name, so not even a partial clone can fetch what it lacks.
            "GIT_ALLOW_PROTOCOL": "none",
        }

    def told(self, *arguments: str, fed: bytes = b"") -> bytes | None:
        """Return what git prints, None where it refuses.

        Raises OperationalError where there is no git.
        """
        command = [*self._command, *arguments]
        try:
            run = subprocess.run(  # noqa: S603 - git, without a shell, on names that cannot be options
                command, env=self._environ, input=fed, capture_output=True, check=False, timeout=_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise OperationalError("git did not end", hint="look whether git log works here") from None
        except OSError as error:
            raise OperationalError(
                f"git could not be run: {error.strerror}", hint="install git, or compare folders"
            ) from error
        return run.stdout if run.returncode == 0 else None

    def commit(self, name: str) -> str:
        """Return the commit that a name stands for.

        Raises UsageError where it stands for none.
        """
        sha = self.found(name)
        if sha is None:
            hint = "name a folder, or a revision that is here: git fetch gets others"
            raise UsageError(f'there is no folder and no git revision "{_shown(name)}"', hint=hint)
        return sha

    def found(self, name: str) -> str | None:
        """Return the commit that a name stands for, None where it stands for none."""
        told = self.told("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") if _NAME.match(name) else None
        return None if told is None else told.decode("ascii").strip()

    def files(self, sha: str) -> Iterator[tuple[str, _Blob]]:
        """Yield every file of a commit with its path from the top of the repository."""
        told = self.told("ls-tree", "-r", "-l", "-z", "--full-tree", sha)
        if told is None:
            raise OperationalError("git cannot list the revision", hint="fetch it whole: git fetch --unshallow")
        for line in told.split(b"\0")[:-1]:
            facts, _, path = line.partition(b"\t")
            mode, _, blob, size = facts.split()
            known = int(size) if size.isdigit() else 0
            yield os.fsdecode(path), _Blob(blob.decode("ascii"), known, int(mode, 8))

    def contents(self, shas: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the content of each of these files that is here."""
        told = self.told("cat-file", "--batch", fed="".join(f"{sha}\n" for sha in shas).encode()) or b""
        at = 0
        while at < len(told):
            end = told.index(b"\n", at)
            words = told[at:end].split()
            at = end + 1
            if len(words) == 3:  # name, type and size; a file that is not here has two
                size = int(words[2])
                yield words[0].decode("ascii"), told[at : at + size]
                at += size + 1


def _top(root: Path) -> Path:
    return next(folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git"))


def _shown(name: str) -> str:
    return name if len(name) <= 60 and name.isprintable() else "…"
