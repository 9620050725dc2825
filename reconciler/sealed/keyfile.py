"""Reading identity files: age key files, ssh private keys, and either under a passphrase."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.errors import SecretRejected
from reconciler.sealed import agefile

_NATIVE = "AGE-SECRET-KEY-1"


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity, ready for use, and its public recipient where that can be known."""

    key: object = field(repr=False)
    recipient: str = ""


def is_protected(data: bytes) -> bool:
    """Tell whether a key file is itself an age file, under a passphrase."""
    return agefile.is_age(data)


def unlocked(data: bytes, passphrase: str) -> bytes:
    """Return the key file that a protected one holds.

    Raises SecretLocked when the passphrase is another one.
    """
    return agefile.decrypt_passphrase(data, passphrase)


def read(data: bytes) -> tuple[list[Identity], list[str]]:
    """Return the identities of a file, and what kept the others from being read; no line is ever repeated."""
    if b"PRIVATE KEY-----" in data[:200]:
        return _ssh(data)
    identities: list[Identity] = []
    failures: list[str] = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            identities.append(_native(text))
        except SecretRejected as error:
            failures.append(f"line {number} {error.message}")
    return identities, failures or ([] if identities else ["empty"])


def _native(text: str) -> Identity:
    import pyrage

    if text.startswith("AGE-SECRET-KEY-PQ-1"):
        raise SecretRejected("is a post-quantum identity, which only sops or age themselves can use")
    if text.startswith("AGE-PLUGIN-"):
        raise SecretRejected("is a plugin identity, which only sops or age themselves can use")
    if not text.startswith(_NATIVE):
        raise SecretRejected("is no age identity")
    try:
        identity = pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise SecretRejected("is a damaged age identity") from None
    return Identity(identity, str(identity.to_public()))


def _ssh(data: bytes) -> tuple[list[Identity], list[str]]:
    import pyrage

    if _ssh_is_protected(data):
        return [], ["an ssh key under a passphrase, which this program does not use: make an age identity instead"]
    try:
        return [Identity(pyrage.ssh.Identity.from_buffer(data))], []
    except (pyrage.IdentityError, ValueError):
        return [], ["no ssh-ed25519 or ssh-rsa private key"]


def _ssh_is_protected(data: bytes) -> bool:
    # The OpenSSH format names its cipher right after the magic "openssh-key-v1\0"; older PEMs say it in a header.
    if b"ENCRYPTED" in data:
        return True
    from base64 import b64decode

    body = b"".join(line for line in data.split(b"\n")[1:4] if not line.startswith(b"-"))
    try:
        head = b64decode(body[: len(body) // 4 * 4])
    except ValueError:
        return False
    return head.startswith(b"openssh-key-v1\0") and not head[15:].startswith(b"\0\0\0\4none")
