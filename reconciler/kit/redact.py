"""The last line against leaks: known secret values are struck out of any text on its way out.

Nothing relies on it. Values live in `Secret`, whose every rendering is masked; this catches what a foreign
library puts into its own messages, such as a signed URL.
"""

from __future__ import annotations

import base64
import logging
import urllib.parse

MASK = "***"
# Shorter values would strike out ordinary words; nothing that short guards an account.
_SHORTEST = 6

_known: set[str] = set()


def remember(value: str) -> None:
    """Have a value, and the forms it takes in URLs and base64, struck out from now on."""
    if len(value) < _SHORTEST:
        return
    _known.add(value)
    _known.add(urllib.parse.quote(value, safe=""))
    _known.add(base64.b64encode(value.encode()).decode())
    _known.update(line for line in value.splitlines() if len(line) >= _SHORTEST)


def redact(text: str) -> str:
    """Return the text with every remembered value struck out, longest first."""
    hits = [value for value in _known if value in text]
    for value in sorted(hits, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


class RedactingFilter(logging.Filter):
    """Strikes remembered values out of log records, arguments and tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; it is always let through."""
        record.msg = redact(record.getMessage())
        record.args = ()
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_info, record.exc_text = None, redact(text)
        return True
