"""What holds for every test: no way off this machine, nobody's home folder, nothing left behind.

The fixtures that tests of several parts share stand at the end.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

from reconciler.documents.known import ExchangeTraits, Known, Parameter, RuleTraits
from reconciler.kit import redact
from reconciler.values.severity import Severity

# Shared machines stall, so no example has a deadline; the same examples every time, and no folder to keep them in.
settings.register_profile("house", deadline=None, database=None, derandomize=True)
settings.load_profile("house")

_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", ""})
_FOREIGN = ("RECONCILE_", "SOPS_", "AGE_", "NO_COLOR", "FORCE_COLOR", "COLUMNS")

_SWITCH = {"deny": Severity.DENY, "warn": Severity.WARN, "off": None}
_ALLOWLIST = {"require": Severity.DENY, "recommend": Severity.WARN, "off": None}
_MARKETS = frozenset({"spot", "margin", "futures"})


class OffLoopback(OSError):
    """A test tried to leave the machine."""


def is_loopback(host: object) -> bool:
    """Whether a host is this machine; a name that would have to be looked up is not."""
    if host is None:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if text in _NAMES:
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture
def off_loopback_attempts() -> list[str]:
    """Every attempt of this test to leave the machine; a test that expects one clears it."""
    return []


@pytest.fixture(autouse=True)
def _stay_on_loopback(monkeypatch: pytest.MonkeyPatch, off_loopback_attempts: list[str]) -> Iterator[None]:
    def refuse(host: object) -> None:
        if not is_loopback(host):
            # Whoever tried may swallow the error, so it is remembered as well.
            off_loopback_attempts.append(str(host))
            raise OffLoopback(f"tests stay on loopback; this one asked for {host}")

    def guarded(name: str) -> None:
        original = getattr(socket.socket, name)

        def method(self: socket.socket, *arguments: object) -> object:
            address = arguments[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
                refuse(address[0])
            return original(self, *arguments)

        monkeypatch.setattr(socket.socket, name, method)

    for name in ("connect", "connect_ex", "bind", "sendto"):
        guarded(name)
    look_up = socket.getaddrinfo

    def getaddrinfo(host: object, *arguments: object, **options: object) -> object:
        refuse(host)
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    assert off_loopback_attempts == [], "a test tried to leave the machine"


@pytest.fixture(scope="session")
def _empty_home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, _empty_home: str) -> None:
    monkeypatch.setenv("HOME", _empty_home)
    monkeypatch.setenv("XDG_CONFIG_HOME", f"{_empty_home}/.config")
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _secrets_forgotten_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    # A value made up by one test would be struck out of the texts of the next.
    monkeypatch.setattr(redact, "_known", {start: set(forms) for start, forms in redact._known.items()})


@pytest.fixture(scope="session")
def known() -> Known:
    """Plug-ins as the grammar sees them: two exchanges like the real ones, and some that differ in what they allow."""
    return Known(
        exchanges={
            "mexc": ExchangeTraits("MEXC", False, _MARKETS, False),
            "kucoin": ExchangeTraits("KuCoin", True, _MARKETS, False),
            "testex": ExchangeTraits(
                "Testex", False, frozenset({"spot"}), True, frozenset({"listedBy", "withdrawalProbe"})
            ),
            "otherex": ExchangeTraits("Otherex", False, _MARKETS, False, is_simulated=False),
        },
        schemes={"sops": True, "age": False, "env": False, "file": False},
        rules={
            "ip-allowlist": RuleTraits(_ALLOWLIST, "recommend"),
            "key-age": RuleTraits(_SWITCH, "warn", {"maxDays": Parameter(90, 1, 3650)}),
            "naming": RuleTraits(_SWITCH, "warn"),
            "egress-rights": RuleTraits(_SWITCH, "deny"),
        },
        refused={"walletex": "Walletex wants the private key of a wallet"},
    )
