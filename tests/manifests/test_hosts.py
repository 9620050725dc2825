from __future__ import annotations

import pytest

from reconciler.manifests.hosts import VARIABLE, is_allowed, is_loopback


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4001", "https://127.9.9.9", "http://localhost:1", "http://[::1]:4001", "http://LOCALHOST"]
)
def test_loopback_needs_no_permission(url):
    assert is_allowed(url, {})


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://127.1",
        "http://2130706433",
        "http://0.0.0.0",
        "http://[::]:1",
        "http://[::ffff:1.2.3.4]",
        "http://localhost:99999",
        "http://",
    ],
)
def test_any_other_host_does(url):
    assert not is_allowed(url, {})
    assert not is_allowed(url, {VARIABLE: " , "})


def test_a_host_is_allowed_by_its_whole_name_or_with_its_port():
    environ = {VARIABLE: "proxy.example.com, api.example.org:8443"}

    assert is_allowed("https://PROXY.example.com:1", environ)
    assert is_allowed("https://api.example.org:8443", environ)
    assert not is_allowed("https://api.example.org", environ)
    assert not is_allowed("https://evil-proxy.example.com", environ)
    assert not is_allowed("https://proxy.example.com.evil.org", environ)


def test_only_this_machine_is_loopback():
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "10.0.0.1", "local", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
