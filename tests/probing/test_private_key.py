import base64
from functools import cache

import ccxt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.exchange import PrivateKey
from reconciler.probing.private_key import complaint, mended, rsa_signer

ALL = frozenset(PrivateKey)


@cache
def key(kind):
    if kind == "RSA":
        return rsa.generate_private_key(65537, 2048)
    return ed25519.Ed25519PrivateKey.generate() if kind == "Ed25519" else ec.generate_private_key(ec.SECP256R1())


def pem(kind, form=PrivateFormat.PKCS8, encryption=None):
    return key(kind).private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


def altered(text, number):
    """Change one letter of a line, as a slip of the hand does."""
    lines = text.splitlines()
    lines[number] = ("B" if lines[number][30] == "A" else "A").join((lines[number][:30], lines[number][31:]))
    return "\n".join(lines)


PEMS = [
    ("RSA", PrivateFormat.PKCS8),
    ("RSA", PrivateFormat.TraditionalOpenSSL),
    ("Ed25519", PrivateFormat.PKCS8),
    ("ECDSA", PrivateFormat.TraditionalOpenSSL),
]
LOSSES = {
    "none": lambda text: text,
    "gone": lambda text: text.replace("\n", ""),
    "spaces": lambda text: text.replace("\n", " "),
    "escapes": lambda text: text.replace("\n", "\\n"),
    "escapes of windows": lambda text: text.replace("\n", "\\r\\n"),
    "breaks of windows": lambda text: text.replace("\n", "\r\n"),
    "quotes": lambda text: '"' + text.replace("\n", "\\n") + '"',
    "indented": lambda text: text.replace("\n", "\n    "),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("kind", "form"), PEMS)
def test_a_private_key_that_lost_its_line_breaks_is_the_same_key_again(kind, form, loss):
    whole = pem(kind, form)

    text = mended(LOSSES[loss](whole))

    assert text == whole.strip()
    assert kind != "Ed25519" or len(text) <= 120, "ccxt takes longer ones for RSA"
    assert complaint(LOSSES[loss](whole), [PrivateKey(kind)], "Any") is None


@given(st.text().filter(lambda text: "-----BEGIN" not in text))
def test_what_is_no_private_key_is_left_as_it_is(secret):
    assert mended(secret) == secret


def test_an_ordinary_secret_is_no_cause_for_complaint():
    assert complaint("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j", ALL, "Any") is None


@pytest.mark.parametrize(
    ("secret", "issued", "words"),
    [
        (pem("RSA"), (), "those of Any cannot be used"),
        (pem("Ed25519"), [PrivateKey.RSA], "Any takes RSA"),
        (pem("ECDSA"), [PrivateKey.RSA, PrivateKey.ED25519], "Any takes Ed25519 or RSA"),
        (pem("RSA", encryption=BestAvailableEncryption(b"phrase")), ALL, "encrypted"),
        (pem("RSA")[:900], ALL, "damaged"),
        (pem("Ed25519").replace("MC4C", "MC4D"), ALL, "damaged"),
        (altered(pem("RSA"), 4), ALL, "damaged"),
        ("-----BEGIN PRIVATE KEY-----\nthis is none\n-----END PRIVATE KEY-----", ALL, "damaged"),
        (pem("Ed25519", PrivateFormat.OpenSSH), ALL, "another format"),
        (
            key("RSA").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
            ALL,
            "public key",
        ),
    ],
)
def test_a_private_key_that_cannot_sign_is_told_why_and_not_repeated(secret, issued, words):
    told = complaint(secret, issued, "Any")

    assert words in told
    assert not any(line in told for line in secret.splitlines() if not line.startswith("-----"))


def test_an_rsa_key_signs_as_ccxt_does_and_other_secrets_not_at_all():
    assert rsa_signer(pem("RSA"))("a text") == ccxt.Exchange.rsa("a text", pem("RSA"))
    assert rsa_signer(pem("Ed25519")) is None
    assert rsa_signer("an ordinary secret") is None


@pytest.mark.parametrize("line", range(1, 26))
def test_an_rsa_key_with_a_slip_in_it_is_told_or_signs_all_the_same(line):
    slip = altered(pem("RSA"), line)

    assert complaint(slip, ALL, "Any") or rsa_signer(slip)("a text") == rsa_signer(pem("RSA"))("a text")


def test_a_key_on_another_curve_cannot_sign():
    other = ec.generate_private_key(ec.SECP384R1())
    text = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    assert "secp384r1" in complaint(text, ALL, "Venue")
