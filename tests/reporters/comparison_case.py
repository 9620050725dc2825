"""Two states of the manifests, compared: changes of every kind and direction, one of them hostile; read by path."""

from __future__ import annotations

from reconciler.model.comparison import Comparison, Difference, Direction, Part, Step
from reconciler.model.finding import Finding
from reconciler.values.location import Location
from reconciler.values.severity import Severity


def _compared() -> Comparison:
    at, wider, neutral = Location("connections.d/a.yaml", 3, 5), Direction.WIDER, Direction.NEUTRAL
    ciphertext = "changed: another ciphertext"
    parts = (
        Part("spec.markets", ["spot"], ["spot", "futures"], wider, "gains futures"),
        Part(
            "spec.ipAllowlist",
            ["203.0.113.0/24"],
            ["203.0.113.7"],
            Direction.NARROWER,
            "no longer lets in 203.0.113.0/24",
        ),
        Part("spec.credentials.secret", "sops:a.sops.yaml#main", "sops:a.sops.yaml#main", neutral, ciphertext),
    )
    told = "okx, simulator, main, spot, read trade"
    hostile = Part("spec.displayName", "| <b>\u202ea", "`x`\x1b[2J @all ::error::", neutral)
    moved = (Part("metadata.name", "old", "new-name", neutral), hostile)
    return Comparison(
        "main",
        "the working tree",
        (
            Difference(Step.CHANGED, "Connection", "mexc-spot", at, parts),
            Difference(Step.ADDED, "Connection", "okx-spot", at, (Part("", None, "okx-spot", wider, told),)),
            Difference(Step.REMOVED, "StrategyBinding", "idle", at, (Part("", "idle", None, neutral, told),)),
            Difference(Step.MOVED, "StrategyBinding", "new-name", at, moved, "old"),
        ),
        (Finding("syntax", Severity.DENY, "the YAML breaks off here", Location("connections.d/b.yaml", 9, 1)),),
    )


COMPARED = _compared()
