"""The law that no test leaves the machine, and that the guard in conftest.py holds."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "0.0.0.0", "example.org", b"example.org"])
def test_no_test_looks_up_another_machine(off_loopback_attempts, host):
    with pytest.raises(OSError, match="stay on loopback"):
        socket.getaddrinfo(host, 443)

    assert off_loopback_attempts
    off_loopback_attempts.clear()


@pytest.mark.parametrize("verb", ["connect", "connect_ex", "bind"])
def test_no_test_reaches_another_machine(off_loopback_attempts, verb):
    with socket.socket() as one, pytest.raises(OSError, match="stay on loopback"):
        getattr(one, verb)(("192.0.2.1", 443))

    off_loopback_attempts.clear()


def test_no_datagram_leaves_the_machine(off_loopback_attempts):
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(OSError, match="stay on loopback"):
        one.sendto(b"x", ("192.0.2.1", 53))

    off_loopback_attempts.clear()


def test_asyncio_is_held_as_well(off_loopback_attempts):
    with pytest.raises(OSError, match="stay on loopback"):
        asyncio.run(asyncio.wait_for(asyncio.open_connection("192.0.2.1", 443), 5))

    off_loopback_attempts.clear()


def test_loopback_works_as_ever():
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: server.accept()[0].close())
        thread.start()
        with socket.create_connection(server.getsockname()[:2], timeout=5) as client:
            assert client.recv(1) == b""
        thread.join()
