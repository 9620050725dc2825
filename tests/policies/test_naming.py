"""The law of `naming`: whatever it suggests is a name that it accepts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from reconciler.documents.connection import Connection
from reconciler.documents.known import ExchangeTraits, Known
from reconciler.documents.policy import Setting
from reconciler.kit.clock import parse_iso
from reconciler.model.manifest import Placed
from reconciler.model.rule import Fleet, Subject
from reconciler.policies.naming import RULE
from reconciler.values.location import Location

NOW = parse_iso("2026-11-22T12:00:00Z")
TITLES = {"mexc": "MEXC", "acme": "Acme and Sons", "gate": "Gate.io"}
KNOWN = Known(
    {word: ExchangeTraits(title, False, frozenset({"spot"}), False) for word, title in TITLES.items()},
    {"sops": True},
    {},
)


@dataclass(frozen=True)
class Top:
    """A document whose every field stands at its top."""

    file: str = "a.yaml"

    def where(self, *path: str | int) -> Location:
        return Location(self.file, 1, 1)


def findings(name: str, spec: dict) -> list:
    document = {
        "apiVersion": "reconciler/v1",
        "kind": "Connection",
        "metadata": {"name": name},
        "spec": {"credentials": {"sops": "s", "key": "k"}, **{k: v for k, v in spec.items() if v is not None}},
    }
    subject = Subject(Placed(Connection.model_validate(document, context=KNOWN), Top()))
    return list(RULE.check(subject, Fleet((subject,), titles=TITLES), Setting.default(RULE.traits), NOW))


text = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=200
)


@given(
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True),
    st.none() | text | st.sampled_from(["MEXC Spot", "and & /", "spot"]),
    text | st.sampled_from(["main", "connection"]),
    st.sampled_from(sorted(TITLES)),
    st.lists(st.sampled_from(["spot", "margin", "futures"]), min_size=1, unique=True),
)
def test_a_suggested_name_is_accepted(name, display_name, account, exchange, markets):
    spec = {"displayName": display_name, "account": account, "exchange": exchange, "markets": markets}

    for finding in findings(name, spec):
        if suggested := re.search('write displayName: "(.*)"', finding.remedy):
            again = findings(name, {**spec, "displayName": suggested[1]})
            assert not [one for one in again if "does not say" in one.message]
