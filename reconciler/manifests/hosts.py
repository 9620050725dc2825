"""Where credentials may be sent when a config replaces an exchange's address."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

VARIABLE = "RECONCILE_ALLOW_HOSTS"


def is_allowed(base_url: str, environ: Mapping[str, str]) -> bool:
    """Say whether a base URL is on loopback, or its host named by the operator.

    A name in the variable is a host, or a host and port; nothing of it is a pattern.
    """
    try:
        parts = urlsplit(base_url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if is_loopback(host):
        return True
    allowed = {name.strip().lower() for name in environ.get(VARIABLE, "").split(",")} - {""}
    shown = f"[{host}]" if ":" in host else host
    return bool(host) and bool({host, shown, f"{shown}:{port}"} & allowed)


def is_loopback(host: str) -> bool:
    """Say whether a host can only be this machine: a loopback address, or the one name that stands for it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
