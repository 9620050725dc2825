"""Keys that sign with a private key in place of a secret, where exchanges issue them: whole, broken and wrong."""

import asyncio
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from reconciler.model.exchange import PrivateKey
from reconciler.model.probe import Diagnosis
from reconciler.values.secret import Credentials, Secret

MADE = {
    PrivateKey.RSA: lambda: rsa.generate_private_key(65537, 2048),
    PrivateKey.ED25519: ed25519.Ed25519PrivateKey.generate,
    PrivateKey.ECDSA: lambda: ec.generate_private_key(ec.SECP256R1()),
}
LOSSES = {
    "none": lambda text: text,
    "gone": lambda text: text.replace("\n", ""),
    "spaces": lambda text: text.replace("\n", " "),
    "escapes": lambda text: text.replace("\n", "\\n"),
    "windows": lambda text: text.replace("\n", "\r\n"),
}


@cache
def pem(kind, number=1, passphrase=None):
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return MADE[kind]().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


@pytest.fixture
def issued(bench):
    """The kinds of private key that the exchange's keys may sign with."""
    if not bench.facts.private_keys:
        pytest.skip("its keys have secrets only")
    return sorted(bench.facts.private_keys)


def tried(bench, stored, given):
    """Test a key the exchange knows by one private key with another text for it."""

    async def run():
        async with bench.simulator() as simulator:
            key = simulator.create_key(exchange=bench.id, rights=["read", "trade_spot"], secret=stored)
            good = bench.credentials(key)
            signing = Credentials(good.api_key, Secret(given), good.passphrase)
            return await bench.result(simulator, bench.target(key, ["spot"], signing))

    return asyncio.run(run())


@pytest.mark.parametrize("loss", LOSSES)
def test_a_private_key_signs_even_when_its_line_breaks_were_lost(bench, issued, loss):
    for kind in issued:
        result = tried(bench, pem(kind), LOSSES[loss](pem(kind)))

        assert result.diagnosis is bench.best, (kind, result.message)


def test_a_private_key_of_another_pair_is_refused(bench, issued):
    for kind in issued:
        result = tried(bench, pem(kind), pem(kind, 2))

        assert result.diagnosis is Diagnosis.INVALID_KEY, (kind, result.message)
        assert result.requests <= bench.tries


def test_an_ordinary_secret_does_not_sign_for_a_private_key(bench, issued):
    for kind in issued:
        assert tried(bench, pem(kind), "x" * 40).diagnosis is Diagnosis.INVALID_KEY


def test_a_private_key_that_cannot_sign_is_never_sent(bench):
    cut = pem(PrivateKey.RSA)[:-600] + "\n-----END PRIVATE KEY-----\n"
    hopeless = [cut, pem(PrivateKey.RSA, passphrase=b"phrase")]
    hopeless += [pem(kind) for kind in PrivateKey if kind not in bench.facts.private_keys]

    for given in hopeless:
        result = tried(bench, pem(PrivateKey.RSA), given)

        assert result.diagnosis is Diagnosis.INVALID_KEY, result.message
        assert result.requests == 0
        assert "private key" in result.message
