import base64
import random
import string

import pytest

from reconciler.kit.literals import Form, looks_random, private_keys, random_words

AGE = "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2
NAMES = [
    "kucoin-futures-conservative",
    "btc-eth-new-groups",
    "recovery-pro-connection",
    "mexc-spot-00042",
    "house-rules-2026-11",
    "privateGetFuturesApiV23UserFees",
    "PublicBookTickerV3Api_pb2",
    "secrets/kucoin.sops.yaml#futures_conservative.api_key",
    "https://docs.example.com/api/v3/apiKeyInfo",
    "reconciler/v1",
    "takeProfitPercent",
    "cooldownMinutes",
    "2026-11-22T12:00:00Z",
    "chacha20poly1305",
    "filebase64sha256",
    "203.0.113.250/32",
    "2001:db8:85a3:8d3:1319:8a2e:370:7348",
    "BTC/USDT:USDT-261225",
    "TelegramChatForTheNightShift",
    "team_red_and_blue_since_2019",
    "1234567890123456789012345",
    "unencrypted_comment_regex",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_people_give_are_no_secrets(name):
    assert list(random_words(name)) == []


def drawn(letters: str, length: int) -> list[str]:
    source = random.Random(7)
    return ["".join(source.choices(letters, k=length)) for _ in range(2000)]


@pytest.mark.parametrize(
    ("letters", "length", "least"),
    [
        (string.ascii_letters + string.digits, 16, 0.90),
        (string.ascii_letters + string.digits, 32, 0.98),
        (string.ascii_letters + string.digits, 64, 0.99),
        (string.ascii_lowercase + string.digits, 32, 0.93),
        ("0123456789abcdef", 24, 0.96),
        ("0123456789abcdef", 32, 0.98),
        ("0123456789abcdef", 64, 0.99),
    ],
)
def test_nearly_all_drawn_at_random_are_seen(letters, length, least):
    words = drawn(letters, length)

    assert sum(map(looks_random, words)) / len(words) >= least


def test_base64_is_seen_though_slashes_cut_it():
    source = random.Random(7)
    texts = [base64.b64encode(source.randbytes(32)).decode() for _ in range(1000)]

    assert sum(bool(list(random_words(text))) for text in texts) >= 970


def test_what_hashes_and_ids_look_like_is_told_apart():
    text = f"sha: {'0a1b2c3d' * 5}\nid: 1b0f4c1e-6f0f-4d4e-9a8f-6a2b3c4d5e6f\nkey: aB3dE5fG7hJ9kL1mN2pQ\n"

    found = list(random_words(text))

    assert [(one.form, one.line, one.column) for one in found] == [
        (Form.ID, 1, 6),
        (Form.ID, 2, 5),
        (Form.RANDOM, 3, 6),
    ]


def test_what_is_encrypted_or_public_is_passed_over():
    text = (
        "a: ENC[AES256_GCM,data:psmFSL2EqwHjRT++xpDVZtLv,iv:7XBYDomPflI2GgVfgqRwBsIkYpQbLXJsf=,tag:e1U,type:str]\n"
        "b: age1y4clwcqcfz62xfu95l9fk0tgqxenul6w2rd2l3dxnqlmf58leyps6hgx9z\n"
        "c: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBs0FDxe1ZLwdNxs9gdKfBzsAhe3x2nZ1mF4aMuSr1qD\n"
    )

    assert list(random_words(text)) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"# {AGE}", "an age identity"),
        (AGE.lower(), "an age identity"),
        ("AGE-PLUGIN-YUBIKEY-1QPZRY9X8GF2TVDW0S3JN54", "an age identity"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "a PEM private key"),
        ("  -----BEGIN RSA PRIVATE KEY-----", "a PEM private key"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----", "a PEM private key"),
    ],
)
def test_private_keys_are_known_by_their_form(text, what):
    (found,) = private_keys(f"first line\n{text}")

    assert (found.what, found.form, found.line) == (what, Form.PRIVATE, 2)


@pytest.mark.parametrize("text", ["AGE-SECRET-KEY-1…", "-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", ""])
def test_talk_of_keys_is_no_key(text):
    assert list(private_keys(text)) == []


def test_a_sighting_holds_nothing_of_the_text_and_knows_it_again():
    (one,), (two,) = private_keys(AGE), private_keys(f"\n\n  {AGE} # mine")

    assert one.mark == two.mark
    assert AGE[16:30] not in repr(one)
    assert {next(private_keys(AGE)).mark} != {next(private_keys(AGE[:-1] + "Z")).mark}
