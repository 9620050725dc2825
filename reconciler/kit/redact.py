"""The last line against leaks: known secret values are struck out of any text on its way out.

Nothing relies on it. Values live in `Secret`, whose every rendering is masked; this catches what a foreign
library puts into its own messages, such as a signed URL.
"""

from __future__ import annotations

import base64
import json
import logging
import urllib.parse

MASK = "***"
# Shorter values would strike out ordinary words; nothing that short guards an account.
_SHORTEST = 6

# Every known value by its first characters, so that a text is gone through once, not once a value: with five thousand
# keys there are sixty thousand of them.
_known: dict[str, set[str]] = {}


def remember(value: str) -> None:
    """Have a value, and the forms it takes in URLs, JSON and base64, struck out from now on."""
    if len(value) < _SHORTEST:
        return
    # A value read from the environment may hold lone surrogates, which have no form in UTF-8.
    forms = {value, urllib.parse.quote(value, safe="", errors="replace"), json.dumps(value)[1:-1]}
    forms.add(base64.b64encode(value.encode(errors="replace")).decode())
    forms.update(line for line in value.splitlines() if len(line) >= _SHORTEST)
    for form in forms:
        _known.setdefault(form[:_SHORTEST], set()).add(form)


def redact(text: str) -> str:
    """Return the text with every remembered value struck out, longest first."""
    if not _known:
        return text
    starts = [at for at in range(len(text) - _SHORTEST + 1) if text[at : at + _SHORTEST] in _known]
    hits = {form for at in starts for form in _known[text[at : at + _SHORTEST]] if text.startswith(form, at)}
    for form in sorted(hits, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


class RedactingFilter(logging.Filter):
    """Strikes remembered values out of log records, arguments and tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; it is always let through."""
        record.msg, record.args = redact(_message(record)), ()
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_info, record.exc_text = None, redact(text)
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # A log call whose arguments do not fit must not bring down the run that made it.
        return f"{record.msg} (unreadable arguments)"
