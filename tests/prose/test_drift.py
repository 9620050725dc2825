from __future__ import annotations

from reconciler.model.format import Style
from reconciler.prose.drift import drift


def test_incidents_come_first_and_each_says_who_says_what(nouns):
    assert drift([nouns.EDITED, nouns.GAINED], Style(100)) == [
        "✗ incident Connection kucoin-futures-conservative, at the exchange",
        "    rights.withdraw: declared denied → found granted",
        "~ StrategyBinding btc-eth-new-groups, on the platform",
        "    spec.averaging.maxOrders: declared 5 → found 9",
    ]
