"""`sealed-key`: the dotted key that a reference names is in its file, encrypted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.kit.suggest import closest, did_you_mean
from reconciler.model.finding import Finding
from reconciler.model.grounds import SecretFile, Use
from reconciler.model.rule import SWITCH, Item, Rule, finding
from reconciler.model.secret_scheme import Leaf, Sealed

_ID = "sealed-key"
# A message is no table of contents, and comparing names takes its time.
_LISTED, _SUGGESTED = 12, 20
_PAGE = """\
A reference {sops: FILE, key: group.api_key} names one value of a file by its dotted key. The names in a SOPS file stand
in clear, so a misspelt key shows without opening anything, before a run stumbles over it.

Levels: deny (holds where no policy says otherwise), warn, info, off.

Reported at the reference: the file has no such key (with the one that was probably meant); the value under it stands
in clear, because somebody put it there or because the file's own rule leaves it clear; several values answer to the
key, or a name on the way holds a colon, so that a value could be taken for another.

To meet it: correct the key, or store the value: reconcile secrets set FILE KEY
"""


def _survey(item: Item, setting: Setting) -> Iterator[Finding]:
    if setting.level is None or not isinstance(item, SecretFile) or item.sealed is None:
        return
    # Without leaves nothing is known of what the file holds; another rule says why.
    if not item.sealed.leaves:
        return
    suggested = 0
    for uses in _by_connection(item.uses):
        wrong = [(use, _wrong(item.sealed.leaf(use.ref))) for use in uses]
        for told in dict.fromkeys(told for _, told in wrong if told):
            these = [use for use, said in wrong if said == told]
            suggested += 1
            remedy = _remedy(item.sealed, these[0], told, with_guess=suggested <= _SUGGESTED)
            keys = " and ".join(use.ref.key or "" for use in these)
            message = f"{item.name} {told.format(key=_shown(these[0], keys))}"
            place, about = these[0].path, f"{told} {keys}"
            connection = these[0].connection
            yield finding(connection, _ID, setting.level, message, *place, remedy=remedy, about=about)


def _by_connection(uses: Sequence[Use]) -> Iterator[list[Use]]:
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(use.connection.name, []).append(use)
    yield from found.values()


def _wrong(leaf: Leaf | None) -> str:
    if leaf is None:
        return "has no key {key}"
    if leaf.is_ambiguous:
        return "has no one value for the key {key}"
    if not leaf.is_encrypted:
        return "holds {key} in clear" + ("" if leaf.is_selected else ", as its own rule leaves it")
    return "holds {key} in clear, as its own rule leaves it" if not leaf.is_selected else ""


def _shown(use: Use, keys: str) -> str:
    # Where a value was put in the place of a name, the reference hides it.
    return keys if use.ref.is_plain else "that the reference names"


def _remedy(sealed: Sealed, use: Use, told: str, *, with_guess: bool) -> str:
    if "in clear" in told:
        return "treat it as leaked: replace it, and store the new value with: reconcile secrets set"
    if "no one" in told:
        return "give the value a dotted key that no other value has, without a colon"
    name = use.ref.key or ""
    if not with_guess:
        return "correct the key"
    if len(sealed.leaves) <= _LISTED:
        return did_you_mean(name, sealed.leaves)
    near = closest(name, sealed.leaves)
    return f'did you mean "{near}"?' if near else "correct the key, or store the value with: reconcile secrets set"


RULE = Rule(
    id=_ID,
    summary="The dotted key that a reference names is in its file, encrypted.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="deny"),
    survey=_survey,
    is_opened_anyway=True,
)
