"""`high-entropy`: no text in the manifests looks like a key that somebody pasted."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.kit.literals import Form, random_words
from reconciler.model.finding import Finding
from reconciler.model.grounds import Origin, TextFile
from reconciler.model.rule import SWITCH, Item, Rule
from reconciler.values.severity import Severity

_ID = "high-entropy"
_MOST = 50
_PAGE = """\
A key ends up in a label, a display name, a strategy's settings or a comment when somebody pastes it in the wrong
place. The schema cannot know; that a text was drawn at random and not made up by a person shows all the same.

A word of 16 or more letters and digits is reported when it changes between digits, small letters and capitals as
often as random ones do: a mean run of at most 2.7 characters, 3.6 where all letters are small or all are capital.
Names have longer runs, camel case and version numbers included. Hexadecimal texts and UUIDs warn at most: they are
hashes and ids as often as secrets. ENC[...] texts, age recipients and ssh public keys are passed over.

Levels: deny (holds where no policy says otherwise), warn, info, off. No finding repeats what it found.

To meet it: replace what was a key at its exchange, and name the new one by a reference. What is no secret can be
written as words, or accepted by a Waiver.
"""


def _survey(item: Item, setting: Setting) -> Iterator[Finding]:
    if setting.level is None or not isinstance(item, TextFile) or item.origin is not Origin.MANIFESTS:
        return
    for number, one in enumerate(random_words(item.text)):
        if number >= _MOST:
            return
        is_id = one.form is Form.ID
        level = max(setting.level, Severity.WARN, key=lambda each: each.rank) if is_id else setting.level
        message = f"{one.what} stands here, as {'ids, hashes and ' if is_id else ''}secrets look"
        remedy = "if it is a key, treat it as leaked: replace it, and name the new one by a reference"
        place = (one.line, one.column)
        yield item.finding(_ID, level, message, remedy=remedy, about=one.mark, place=place)


RULE = Rule(
    id=_ID,
    summary="No text in the manifests looks like a pasted key.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="deny"),
    survey=_survey,
    fits_baseline=False,
)
