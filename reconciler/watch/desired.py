"""The desired side of a loop: read anew when a file changed, and kept as it last was good when an edit broke it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reconciler.errors import InvalidConfig, ReconcilerError
from reconciler.watch import files
from reconciler.watch.deciding import Declared, declared
from reconciler.watch.outside import Passes, Setting
from reconciler.watch.telling import Teller

_BUG = ReconcilerError.exit_code


class Desired:
    """The last good set of manifests; `is_new` until a pass went by it."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes
        self._setting: Setting | None = None
        self._stamp = ""
        self.fleet: tuple[Declared, ...] = ()
        self.is_new = False

    @property
    def setting(self) -> Setting:
        """What was read last and is good."""
        if self._setting is None:
            raise InvalidConfig("nothing was read yet")
        return self._setting

    def begin(self) -> None:
        """Read for the first time.

        Raises ReconcilerError when there is nothing to watch; a broken set is no beginning.
        """
        setting, stamp = self._read(())
        if setting.findings:
            worst = setting.findings[0]
            raise InvalidConfig(f"{worst.location}: {worst.message}", hint="see all mistakes with: reconcile validate")
        self._take(setting, stamp)

    def folders(self) -> Sequence[Path]:
        """Return the folders in which changes matter."""
        return files.folders(self.setting.files)

    def look(self, *, is_reloading: bool, teller: Teller) -> bool:
        """Read anew if a file changed or that is asked for, and say whether there is another good set now."""
        stamp = files.stamp(self.setting.files)
        if stamp == self._stamp and not is_reloading:
            return False
        # Even where it is broken: the same mistakes are told once.
        self._stamp = stamp
        try:
            setting, stamp = self._read(self.setting.files)
        except ReconcilerError as error:
            if error.exit_code == _BUG:
                raise
            teller.broken((), error)
            return False
        if setting.findings:
            teller.broken(setting.findings, None)
            return False
        self._take(setting, stamp)
        teller.mended()
        return True

    def _read(self, known: tuple[Path, ...]) -> tuple[Setting, str]:
        """Read, and return the stamp of the files from before, so that a change in the middle is seen next time."""
        while True:
            stamp = files.stamp(known)
            setting = self._passes.read()
            if setting.findings or setting.files == known:
                return setting, stamp
            known = setting.files

    def _take(self, setting: Setting, stamp: str) -> None:
        self._setting, self._stamp, self.is_new = setting, stamp, True
        self.fleet = tuple(declared(one.document, setting.watch) for one in setting.manifests.connections)
