"""Addresses and networks: reading, containing, comparing two allowlists, masked entries included."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network

# An entry with a prefix this short limits nobody: millions of addresses, or a whole provider's block in IPv6.
_WIDE = {4: 8, 6: 32}
_OCTETS = 4


@lru_cache(maxsize=65536)
def parse(text: str) -> Network | None:
    """Read an address or a network; None when it is neither. Bits beyond the prefix are forgiven."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is not None and network.prefixlen >= 96:
        return IPv4Network((mapped, network.prefixlen - 96))
    return network


def is_wide(network: Network) -> bool:
    """Tell whether a network holds so many addresses that allowing it limits nobody."""
    return network.prefixlen <= _WIDE[network.version]


class Coverage:
    """The union of some networks, which answers in logarithmic time whether it covers another."""

    __slots__ = ("_spans",)

    def __init__(self, networks: Iterable[Network]) -> None:
        self._spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for version, low, high in sorted((n.version, int(n[0]), int(n[-1])) for n in networks):
            spans = self._spans[version]
            if spans and low <= spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], max(spans[-1][1], high))
            else:
                spans.append((low, high))

    def covers(self, inner: Network) -> bool:
        """Tell whether every address of a network lies inside the union."""
        spans = self._spans[inner.version]
        at = bisect.bisect_right(spans, int(inner[0]), key=lambda span: span[0]) - 1
        return at >= 0 and int(inner[-1]) <= spans[at][1]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a list that is shown differs from one that was declared.

    `extra` entries are shown and not declared, `missing` ones declared and not shown; `masked` ones hide digits
    and fit what was declared, which is less than being equal to it.
    """

    extra: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


def compare(declared: Sequence[str], shown: Sequence[str]) -> Difference:
    """Compare two allowlists as sets of addresses; what cannot be read counts as extra or missing."""
    wanted = {text: network for text in declared if (network := parse(text)) is not None}
    open_entries = {text: network for text in shown if "*" not in text and (network := parse(text)) is not None}
    masked = [text for text in shown if "*" in text]
    inside, outside = Coverage(wanted.values()), Coverage(open_entries.values())
    fitting = [text for text in masked if any(fits(text, network) for network in wanted.values())]
    extra = [text for text in shown if text not in fitting and not _covered(inside, open_entries.get(text))]
    missing = [
        text
        for text in declared
        if not _covered(outside, wanted.get(text)) and not _masked_by(fitting, wanted.get(text))
    ]
    return Difference(tuple(extra), tuple(missing), tuple(fitting))


def _covered(coverage: Coverage, network: Network | None) -> bool:
    return network is not None and coverage.covers(network)


def _masked_by(masks: Iterable[str], network: Network | None) -> bool:
    return network is not None and any(fits(mask, network) for mask in masks)


def fits(mask: str, network: Network) -> bool:
    """Tell whether some address of a network could be what a masked entry such as `203.**.113` hides.

    A part of stars alone stands for as many octets as are missing. A masked IPv6 entry fits any IPv6 network.
    """
    if network.version == 6:
        return ":" in mask
    parts = mask.strip().split(".")
    hidden = next((at for at, part in enumerate(parts) if part and not part.strip("*")), None)
    if hidden is not None and len(parts) < _OCTETS:
        parts[hidden:hidden] = ["*"] * (_OCTETS - len(parts))
    if len(parts) != _OCTETS:
        return False
    # The addresses of a network are all combinations of one range for each octet.
    ranges = zip(network[0].packed, network[-1].packed, strict=True)
    return all(_octet_fits(part, low, high) for part, (low, high) in zip(parts, ranges, strict=True))


def _octet_fits(part: str, low: int, high: int) -> bool:
    if part and not part.strip("*"):
        return True
    pattern = re.compile("[0-9]*".join(re.escape(piece) for piece in re.split(r"\*+", part)))
    return any(pattern.fullmatch(str(value)) for value in range(low, high + 1))
