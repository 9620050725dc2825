"""The age format, through pyrage: encrypting to recipients, decrypting with identities."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Sequence

from reconciler.errors import SecretLocked, SecretRejected, UsageError

_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_MAGIC = b"age-encryption.org/v1"
_RECIPIENTS = "recipients begin with age1, ssh-ed25519 or ssh-rsa"


def is_age(data: bytes) -> bool:
    """Tell whether data is an age file, armored or binary."""
    return data.lstrip().startswith(_ARMOR) or data.startswith(_MAGIC)


def needs_passphrase(data: bytes) -> bool:
    """Tell whether an age file is encrypted to a passphrase instead of recipients."""
    armor = data.lstrip()
    if armor.startswith(_ARMOR):
        # The first stanza stands within the first line; what is no base64 is simply not decoded.
        data = a2b_base64(armor[len(_ARMOR) :].lstrip()[:64]) if len(armor) > len(_ARMOR) + 64 else b""
    return data.startswith(_MAGIC + b"\n-> scrypt ")


def decrypt(data: bytes, identities: Sequence[object]) -> bytes | None:
    """Return what an age file holds, or None when none of the identities is among its recipients.

    Raises SecretRejected when it is no whole age file.
    """
    import pyrage

    # Go takes white space before the armor, pyrage does not; a binary file must stay as it is.
    body = data.lstrip() if data.lstrip().startswith(_ARMOR) else data
    if not is_age(body):
        raise SecretRejected("it is not an age file")
    if not identities:
        return None
    try:
        return bytes(pyrage.decrypt(body, list(identities)))
    except pyrage.DecryptError as error:
        # The only thing that tells the two apart: pyrage 1.4.0 has one exception for all.
        if "No matching keys" in str(error):
            return None
        raise SecretRejected("the age file is damaged, or was changed after it was encrypted") from None


def decrypt_passphrase(data: bytes, passphrase: str) -> bytes:
    """Return what an age file under a passphrase holds.

    Raises SecretLocked when the passphrase is another one.
    """
    import pyrage

    try:
        return bytes(pyrage.passphrase.decrypt(data.strip() if data.lstrip().startswith(_ARMOR) else data, passphrase))
    except pyrage.DecryptError:
        raise SecretLocked("the passphrase does not open it") from None


def encrypt(data: bytes, recipients: Sequence[str]) -> bytes:
    """Return an armored age file that each of the recipients can open."""
    import pyrage

    return bytes(pyrage.encrypt(data, [recipient_of(text) for text in recipients], armored=True))


def recipient_of(text: str) -> object:
    """Read a recipient.

    Raises UsageError when it is none, or of a kind this program cannot encrypt to.
    """
    import pyrage

    shown = text[:12] + "…"
    if text.startswith("AGE-SECRET-KEY-"):
        raise UsageError("a private identity stands where a public recipient belongs", hint=_RECIPIENTS)
    if text.startswith("age1pq1") or (text.startswith("age1") and text.count("1") > 1 and len(text) != 62):
        raise UsageError(f"the recipient {shown} is a post-quantum or plugin one, which needs sops or age itself")
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise UsageError(f"{shown} is no recipient", hint=_RECIPIENTS) from None


def generate() -> tuple[str, str]:
    """Make a new identity; returns the private text and the public recipient."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())
