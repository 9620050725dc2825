"""`private-key`: no private key stands in the repository in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.kit.literals import private_keys
from reconciler.model.finding import Finding
from reconciler.model.grounds import Origin, TextFile
from reconciler.model.rule import SWITCH, Item, Rule

_ID = "private-key"
_MOST = 20
# What gives a secret its value in a .env file: a name that says so, and a value that is no reference and not empty.
_NAME = re.compile(r"SECRET|TOKEN|PASSWORD|PASSPHRASE|API_?KEY", re.IGNORECASE)
_VALUE = re.compile(r"""[ \t]*["']?[^\s"'#$<]\S{5,}""")
_LONGEST = 1000
_PAGE = """\
An identity in the repository opens every secret beside it, for everybody who can read the repository, now and in its
history. age identities and PEM private keys are known by their form.

Looked at are all manifests with their comments, reconciler.yaml, and the files that are checked in under names that
files of keys have: *.agekey, keys.txt, identity.txt, .env, *.pem, id_ed25519 and the like. In the latter, lines that
give a variable such as API_SECRET its value count too. connections.d/demo.agekey is the one exception: it is public,
and opens secrets of the simulator alone. What git does not track is nobody's business but yours.

Levels: deny (holds where no policy says otherwise), warn, info, off. No finding repeats what it found.

To meet it: take the key out, and treat it as leaked: make a new identity with reconcile secrets keygen, keep it
outside of the repository, encrypt the files to it, and replace the keys at the exchanges. The history keeps the old
one.
"""


def _survey(item: Item, setting: Setting) -> Iterator[Finding]:
    if setting.level is None or not isinstance(item, TextFile):
        return
    remedy = "take it out, and treat what it opens as leaked: git keeps it in its history"
    for number, one in enumerate(private_keys(item.text)):
        if number >= _MOST:
            break
        place = (one.line, one.column)
        yield item.finding(_ID, setting.level, f"{one.what} stands here", remedy=remedy, about=one.mark, place=place)
    if item.origin is Origin.KEYS and "ENC[AES256_GCM," not in item.text:
        yield from _assignments(item, setting, remedy)


def _assignments(item: TextFile, setting: Setting, remedy: str) -> Iterator[Finding]:
    for number, line in enumerate(item.text.split("\n"), 1):
        name, equals, value = line[:_LONGEST].partition("=")
        if equals and not name.lstrip().startswith("#") and _NAME.search(name) and _VALUE.match(value):
            message, place = "a file that is checked in gives a secret its value", (number, 1)
            if setting.level is not None:
                yield item.finding(_ID, setting.level, message, remedy=remedy, about="values", place=place)
            return


RULE = Rule(
    id=_ID,
    summary="No private key stands in the repository in clear.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="deny"),
    survey=_survey,
    fits_baseline=False,
)
