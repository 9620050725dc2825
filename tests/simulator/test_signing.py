from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from reconciler.simulator.signing import (
    base64_hmac,
    base64_signed,
    hex_hmac,
    is_private_key,
    new_ecdsa_key,
    same,
    token_signed,
)

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


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def rsa_pair():
    key = rsa.generate_private_key(65537, 2048)
    return pem(key), lambda data: key.sign(data, padding.PKCS1v15(), SHA256())


def ed25519_pair():
    key = ed25519.Ed25519PrivateKey.generate()
    return pem(key), key.sign


@pytest.mark.parametrize("pair", [rsa_pair, ed25519_pair])
def test_a_signature_by_a_private_key_is_checked_with_its_public_half(pair):
    secret, sign = pair()
    signature = base64.b64encode(sign(DATA.encode())).decode()

    assert is_private_key(secret)
    assert base64_signed(secret, DATA, signature)
    assert not base64_signed(secret, DATA + "?", signature)
    assert not base64_signed(pair()[0], DATA, signature)
    assert not base64_signed(secret, DATA, "no base64")


def test_other_pairs_sign_nothing():
    assert not base64_signed(pem(ec.generate_private_key(ec.SECP256R1())), DATA, "")
    assert not is_private_key("an ordinary secret")


def ecdsa_pair():
    secret = new_ecdsa_key()

    def sign(data):
        numbers = decode_dss_signature(load_pem_private_key(secret.encode(), None).sign(data, ec.ECDSA(SHA256())))
        return b"".join(number.to_bytes(32, "big") for number in numbers)

    return secret, sign


def seed_pair():
    key = ed25519.Ed25519PrivateKey.generate()
    return base64.b64encode(key.private_bytes_raw()).decode(), key.sign


@pytest.mark.parametrize("pair", [ecdsa_pair, seed_pair])
def test_the_signature_of_a_token_is_checked_with_the_public_half(pair):
    secret, sign = pair()
    signature = base64.urlsafe_b64encode(sign(DATA.encode())).rstrip(b"=").decode()

    assert token_signed(secret, DATA, signature)
    assert not token_signed(secret, DATA + "?", signature)
    assert not token_signed(pair()[0], DATA, signature)
    assert not token_signed(secret, DATA, "é")
    assert not token_signed(secret, DATA, signature + "?")
    assert not token_signed(secret, DATA, signature[:-4])


def test_a_token_is_not_signed_by_a_key_of_another_kind():
    assert not token_signed(rsa_pair()[0], DATA, "")
    assert not token_signed("an ordinary secret", DATA, "")
