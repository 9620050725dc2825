"""Putting one secret into an encrypted file: a new file, a value in an existing one, or a whole age file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.errors import GuardRefused, SecretRejected, UsageError
from reconciler.model.ports import Place
from reconciler.sealed import agefile, creation, demo, guards, places, reading, writing
from reconciler.sealed.identities import Ask, shared
from reconciler.sealed.opener import Opener, Stages
from reconciler.sealed.writing import Sealing
from reconciler.values.secret import Secret


@dataclass(frozen=True)
class Setting:
    """Where one secret goes, and in whose name; `recipients` count for new files only."""

    file: Path
    key: str | None
    recipients: Sequence[str]
    environ: Mapping[str, str]
    home: Path
    ask: Ask | None = None

    @property
    def is_age(self) -> bool:
        """Whether the whole file is the secret."""
        return self.file.name.endswith(".age")


def put(setting: Setting, value: Callable[[], Secret], now: datetime) -> str:
    """Write the secret, asking for it only once nothing else can fail, and return what was done.

    Raises UsageError, GuardRefused or SecretError; then nothing was changed.
    """
    path = _path(setting)
    root = places.repository_of(setting.file) or setting.file.absolute().parent
    exists = _check_way(setting.file, root)
    if exists and not setting.is_age:
        return _changed(setting, root, path, value, now)
    sealing = sealing_of(setting, root, [path])
    secret = value()
    if setting.is_age:
        if len(sealing.groups) > 1:
            raise UsageError("key groups are for SOPS files, not for age files", hint="name recipients: --recipient")
        data = agefile.encrypt(secret.reveal().encode(), sealing.groups[0])
    else:
        tree = writing.nested(path, secret.reveal())
        data = writing.new_file([tree], reading.format_of(setting.file.name), sealing, now)
    places.make_folder(setting.file.parent)
    with places.locked(setting.file.parent):
        if not exists and setting.file.exists():
            raise SecretRejected("somebody else has just made the file", hint="run this again")
        places.write_whole(setting.file, data)
    names = ", ".join(recipient for group in sealing.groups for recipient in group)
    return f"{setting.file} written for {names}"


def _path(setting: Setting) -> list[str]:
    if setting.is_age:
        if setting.key is not None:
            raise UsageError("an age file holds one secret and takes no KEY")
        return []
    format_name = reading.format_of(setting.file.name)
    if not setting.key:
        raise UsageError("name the KEY inside the file", hint="reconcile secrets set FILE main.api_key")
    splits = {"dotenv": 0, "binary": 0, "ini": 1}.get(format_name, -1)
    path = setting.key.split(".", splits) if splits else [setting.key]
    if not all(path) or any(part != part.strip() or not part.isprintable() or ":" in part for part in path):
        raise UsageError("a KEY is made of words joined by dots", hint="for example main.api_key")
    if format_name == "binary" and path != ["data"]:
        raise UsageError("a file of this kind holds one value, under the KEY data", hint="name the file *.sops.yaml")
    if path[0] == "sops":
        raise UsageError("the key sops belongs to the file's metadata")
    return path


def _check_way(file: Path, root: Path) -> bool:
    """Tell whether the file exists; refuse a link on the way to it."""
    here = root
    for part in guards.parts_inside(file.absolute().parent, root, file.name):
        here = here / part
        if here.is_symlink():
            raise SecretRejected(f"{here} is a symbolic link, and none is followed")
    if here.exists() and not here.is_file():
        raise SecretRejected(f"{here} is not a regular file")
    return here.exists()


def _changed(setting: Setting, root: Path, path: Sequence[str], value: Callable[[], Secret], now: datetime) -> str:
    if setting.recipients:
        raise UsageError("recipients are chosen when a file is made", hint="change them with: sops updatekeys FILE")
    file = setting.file
    place = Place(file.absolute().parent, root)
    opener = _opener(setting)
    format_name = reading.format_of(file.name)
    # Opened once before anybody is asked, so that nobody types a secret in vain.
    _check_recipients(
        opener.open(file.name, place, lambda data, stages: reading.open_file(data, format_name, stages)), file
    )
    secret = value()

    def edited(data: bytes, stages: Stages) -> bytes:
        return writing.with_value(data, format_name, path, secret.reveal(), stages, now)

    with places.locked(file.parent):
        data = _opener(setting).open(file.name, place, edited)
        places.write_whole(file, data)
    return f"{'.'.join(path)} set in {file}"


def _opener(setting: Setting) -> Opener:
    within = places.repository_of(setting.file) is not None
    return Opener(setting.environ, setting.home, setting.ask, in_repository=within)


def _check_recipients(opened: reading.Opened, file: Path) -> None:
    try:
        sealing = creation.sealing_for(file)
    except SecretRejected:
        # The file was made under other rules; they bind nobody here.
        return
    foreign = creation.foreign_recipients(opened.metadata, sealing) if sealing else []
    if foreign:
        raise SecretRejected(
            f"the file is also for {', '.join(foreign)}, whom no rule of .sops.yaml names",
            hint="run: sops updatekeys FILE, or add the recipient to the rule",
        )


def sealing_of(setting: Setting, root: Path, paths: Sequence[Sequence[str]]) -> Sealing:
    """Return how a new file is sealed: for the recipients named, or as `.sops.yaml` says, or for oneself.

    Raises UsageError when there is nobody to encrypt for, GuardRefused for the public demo identity, SecretRejected
    when a value at one of the paths would stand in clear.
    """
    # As SOPS has it: the command line, then the environment that speaks for it, then the configuration.
    named = list(setting.recipients) or creation.listed(setting.environ.get("SOPS_AGE_RECIPIENTS"))
    sealing = Sealing([named]) if named else creation.sealing_for(setting.file)
    if sealing is None:
        own = shared(setting.environ, setting.home, setting.ask).own_recipients()
        if not own:
            raise UsageError(
                "there is nobody to encrypt for",
                hint="make an identity with: reconcile secrets keygen; or use --recipient",
            )
        sealing = Sealing([own])
    public = {identity.recipient for identity in demo.identities(root)}
    for recipient in (recipient for group in sealing.groups for recipient in group):
        agefile.recipient_of(recipient)
        if recipient in public:
            raise GuardRefused(
                "the recipient is the public demo identity, which everybody has", hint="use your own: --recipient"
            )
    _check_encrypted(sealing, paths)
    return sealing


def _check_encrypted(sealing: Sealing, paths: Sequence[Sequence[str]]) -> None:
    selected = sealing.rule.selector()
    if any(path and (sealing.rule.goes_by_comment or not selected(tuple(path), "")) for path in paths):
        raise SecretRejected(
            "by its rule in .sops.yaml the value would stand in clear", hint="change the rule, or use --recipient"
        )
