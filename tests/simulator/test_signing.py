from __future__ import annotations

import hashlib

from reconciler.simulator.signing import base64_hmac, hex_hmac, same

# RFC 4231, test case 2: https://www.rfc-editor.org/rfc/rfc4231#section-4.3
KEY, DATA = "Jefe", "what do ya want for nothing?"


def test_hex_signatures_are_those_of_the_standard():
    assert hex_hmac(KEY, DATA) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert hex_hmac(KEY, DATA, hashlib.sha512).startswith("164b7a7bfcf819e2e395fbe73b56e0a3")


def test_base64_signatures_hold_the_same_bytes():
    assert base64_hmac(KEY, DATA) == "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="


def test_only_equal_signatures_are_the_same():
    assert same("abc", "abc")
    assert not same("ABC", "abc")
    assert not same("\udcff", "abc")


def test_bytes_that_are_no_text_can_be_signed():
    assert hex_hmac(KEY, b"\xff".decode(errors="surrogateescape")) == hex_hmac(KEY, "\udcff")
