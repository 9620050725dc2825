from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest
from pydantic import TypeAdapter

from reconciler.kit.redact import redact
from reconciler.values.secret import Credentials, Secret, SecretRef

VALUE = "secret-values-canary-0001"


def test_no_rendering_of_a_secret_shows_it():
    secret = Secret(VALUE)

    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", repr([secret]), repr({"k": secret})]

    assert [text for text in shown if VALUE in text] == []


def test_a_secret_is_not_pickled_and_copies_are_itself():
    secret = Secret(VALUE)

    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    with pytest.raises(TypeError, match="not pickled"):
        secret.__getstate__()
    assert copy.copy(secret) is copy.deepcopy(secret) is secret


def test_pydantic_carries_a_secret_and_dumps_it_masked():
    adapter = TypeAdapter(Secret)

    assert adapter.dump_python(adapter.validate_python(Secret(VALUE))) == "***"
    assert VALUE not in adapter.dump_json(Secret(VALUE)).decode()


def test_a_secret_has_no_attributes_to_look_into():
    with pytest.raises(TypeError):
        vars(Secret(VALUE))
    with pytest.raises(TypeError):
        json.dumps(Secret(VALUE))


def test_secrets_are_compared_by_value_and_only_with_each_other():
    assert Secret(VALUE) == Secret(VALUE)
    assert len({Secret(VALUE), Secret(VALUE)}) == 1
    assert Secret(VALUE) != VALUE
    assert len(Secret(VALUE)) == len(VALUE)
    assert Secret(VALUE).reveal() == VALUE


def test_whatever_became_a_secret_is_struck_out_of_texts():
    Secret(VALUE)

    assert redact(f"GET /?k={VALUE}") == "GET /?k=***"


def test_a_reference_may_be_shown():
    assert str(SecretRef("sops", "a.sops.yaml", "main.api_key")) == "sops:a.sops.yaml#main.api_key"
    assert str(SecretRef("age", "a.age")) == "age:a.age"


@pytest.mark.parametrize(
    "value",
    ["mx0vKq8Zr2T7pLw9Xy3a", "6563f1a2b3c4d5e6f7a8b9c0", "8c650fb8-3c6e-4f0b-9d2a-0d6c7f3f1a2b", "aGVsbG8gd29ybGQx"],
)
def test_a_value_that_stands_where_its_name_belongs_is_not_shown(value):
    refs = [SecretRef("sops", value, "main"), SecretRef("sops", "a.sops.yaml", f"main.{value}")]
    refs += [SecretRef("file", f"/{value}"), SecretRef("age", f"secrets/{value}/x")]

    assert [ref for ref in refs if value in str(ref) or ref.is_plain] == []


@pytest.mark.parametrize("key", ["futures_conservative.api_key", "recovery-pro-connection.secret", "key1.api_key"])
def test_the_name_of_a_secret_is_shown_whole(key):
    ref = SecretRef("sops", "../secrets/kucoin-production-2026.sops.yaml", key)

    assert str(ref) == f"sops:../secrets/kucoin-production-2026.sops.yaml#{key}"
    assert ref.is_plain


@pytest.mark.parametrize(("key", "masked"), [("mx0vabcdefgh3f2a", "mx0v…3f2a"), ("fifteen-letters", "…"), ("", "…")])
def test_of_a_key_at_most_its_ends_are_shown(key, masked):
    assert Credentials(Secret(key), Secret(VALUE)).masked_key == masked


def test_the_parts_of_credentials_keep_their_order():
    assert Credentials(Secret("k"), Secret("s"), Secret("p")).parts() == ("k", "s", "p")
    assert Credentials(Secret("k"), Secret("s")).parts() == ("k", "s", "")


@dataclass
class _Holder:
    secret: Secret
    more: list[Secret]


def test_neither_a_dataclass_nor_a_log_record_nor_a_traceback_shows_it(caplog):
    holder = _Holder(Secret(VALUE), [Secret(VALUE)])

    def fail():
        raise ValueError(holder.secret)

    try:
        fail()
    except ValueError:
        logging.getLogger(__name__).exception("opened %s and %r", holder, asdict(holder))

    assert caplog.text.count("***") >= 5
    assert VALUE not in caplog.text
