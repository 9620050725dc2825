"""Three findings of one rule: one that counts, one that is waived, one of the baseline; read by path."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.finding import Finding, Waived


def three(one: Finding) -> tuple[Finding, ...]:
    """Return a finding as it counts, waived, and in the baseline."""
    waived = Waived("old-host", "core team", "moves *soon*", "2026-12-31")
    return (
        one,
        replace(one, name="mexc-spot-old", waived=waived),
        replace(one, name="mexc-spot-first", in_baseline=True),
    )
