"""What an answer means where no error table exists: by HTTP status, by shape, and by the class of ccxt's error.

ccxt's class is a hint and not a verdict: it takes a missing right for a wrong key, and returns pages and errors that
it does not know as if all were well. So only a plain refusal is held against a key, and only a plain success passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reconciler.model.exchange import Purpose
from reconciler.model.probe import Diagnosis
from reconciler.probing.answer import Answer

_AWAY, _INVALID, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.INVALID_KEY, Diagnosis.UNVERIFIED
# Proxies and portals answer with these; they are nothing that an exchange says of a key.
_OF_PROXIES = frozenset({407, 511})
_ADDRESS = re.compile(
    r"\bip\b.{0,60}\b(allow|allowed|whitelist|whitelisted|permitted|bound|denied|forbidden|invalid|restricted)\b"
    r"|\b(whitelist|unauthorized|invalid|illegal|forbidden|untrusted|unknown)\W.{0,20}\bip\b",
    re.IGNORECASE | re.DOTALL,
)
_ERRORS = re.compile(r"err(or)?s?(code|id|no|msg|message)?", re.IGNORECASE)
_FINE = frozenset({"", "0", "none", "null", "ok", "success", "false", "200", "[]", "{}"})
_VERDICTS = frozenset({"success", "ok", "result", "status"})
_BAD = frozenset({"false", "error", "fail", "failed", "failure", "rejected", "ng", "ko"})


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with an answer, in words for a message."""

    diagnosis: Diagnosis
    when: str
    is_clock: bool = False
    by_status: bool = False


def trouble(answer: Answer) -> Trouble | None:
    """Say what is wrong with the answer to a unified call; None when it is a plain success."""
    if answer.stopped:
        return Trouble(_UNPROVEN, f"ccxt asks for it by a request that {answer.stopped} and was not sent")
    if answer.status is None:
        return Trouble(_UNPROVEN, f"ccxt cannot ask for it{_named(answer)}")
    if answer.status in _OF_PROXIES or answer.status >= 500 or not _is_json(answer):
        return Trouble(_AWAY, "", by_status=True)
    if answer.raised:
        return _raised(answer)
    if not 200 <= answer.status < 300:
        return Trouble(_AWAY, "", by_status=True)
    if complains(answer.body):
        return Trouble(_AWAY, "the answer speaks of an error that ccxt does not know")
    if not answer.request.expects(answer.told):
        return Trouble(_UNPROVEN, _SHAPES.get(answer.request.purpose, "the answer has an unexpected shape"))
    return None


_SHAPES = {
    Purpose.BALANCE: "the answer names no currency, as that of an empty account and that of a wrong endpoint do",
}


def _raised(answer: Answer) -> Trouble:
    """Judge by ccxt's class, the narrow ones before those that they are kinds of."""
    kinds = set(answer.raised)
    if kinds & {"RateLimitExceeded", "DDoSProtection"} or answer.status in (418, 429):
        return Trouble(_AWAY, "too many requests")
    if "InvalidNonce" in kinds:
        return Trouble(_AWAY, f"the time of the request was refused{_named(answer)}", is_clock=True)
    if "AuthenticationError" not in kinds:
        told = "it is not available" if "OperationFailed" in kinds else "it answered with an error"
        return Trouble(_AWAY, f"{told}{_named(answer)}")
    if _ADDRESS.search(answer.text):
        return Trouble(Diagnosis.IP_NOT_ALLOWED, f"its refusal speaks of the address{_named(answer)}")
    if "PermissionDenied" in kinds or answer.request.purpose is not Purpose.BALANCE:
        return Trouble(_UNPROVEN, f"the key is not let in here{_named(answer)}")
    if "AccountSuspended" in kinds:
        return Trouble(_INVALID, f"the account is suspended{_named(answer)}")
    return Trouble(_INVALID, f"it refuses key, secret or passphrase, or this host's address{_named(answer)}")


def complains(body: object) -> bool:
    """Tell whether an answer speaks of an error, or holds no list or map in which anything could be told."""
    if isinstance(body, list):
        return False
    if not isinstance(body, dict) or not body:
        return True
    if any(_ERRORS.fullmatch(name.replace("_", "").replace("-", "")) and _is_set(body[name]) for name in body):
        return True
    if any(str(body[name]).casefold() == "0" for name in ("success", "ok") if name in body):
        return True
    return any(str(body[name]).casefold() in _BAD for name in _VERDICTS & body.keys())


def _is_set(field: object) -> bool:
    return str(field).strip().casefold() not in _FINE


def _is_json(answer: Answer) -> bool:
    return isinstance(answer.body, dict | list)


def _named(answer: Answer) -> str:
    """Name the class of the error; what it says stays out, since ccxt puts signed URLs into it."""
    return f" (ccxt: {answer.raised[0]})" if answer.raised else ""
