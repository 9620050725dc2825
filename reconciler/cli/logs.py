"""Logs: one line an event on stderr, for people or as JSON, and never a secret in any of them.

Everything logs through the standard library, third parties included, so that nothing can go around the one handler
here. Its filter strikes known secrets out of each record, and what the renderer makes of it is gone through again.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TextIO

from reconciler.kit.redact import RedactingFilter, redact
from reconciler.kit.terminal import harmless

_OURS = "reconciler"
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)

EventDict = MutableMapping[str, Any]


class LogFormat(StrEnum):
    """How a log line looks."""

    HUMAN = "human"
    JSON = "json"


def configure(
    verbosity: int = 0, log_format: LogFormat = LogFormat.HUMAN, stream: TextIO | None = None, *, colour: bool = False
) -> None:
    """Send all logs to stderr; `verbosity` counts the `-v` on the command line and opens up our own loggers only.

    ccxt writes whole signed requests at debug level, so third parties are never heard below a warning.
    """
    # A record that cannot be formatted would otherwise be dumped to stderr, arguments and all.
    logging.raiseExceptions = False
    handler = _Handler(stream or sys.stderr, log_format, colour=colour)
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(_LEVELS[min(max(verbosity, 0), len(_LEVELS) - 1)])
    logging.captureWarnings(capture=True)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes records; the renderer is built with the first one, so that a silent run never imports it."""

    def __init__(self, stream: TextIO, log_format: LogFormat, *, colour: bool) -> None:
        super().__init__(stream)
        self._log_format, self._colour = log_format, colour
        self.addFilter(RedactingFilter())

    def format(self, record: logging.LogRecord) -> str:
        """Render one record, and strike secrets out of the whole line once more."""
        if self.formatter is None:
            self.formatter = _renderer(self._log_format, colour=self._colour)
        return redact(super().format(record))


def _renderer(log_format: LogFormat, *, colour: bool) -> logging.Formatter:
    import structlog

    last: Any
    if log_format is LogFormat.JSON:
        last = structlog.processors.JSONRenderer(sort_keys=True)
    else:
        last = structlog.dev.ConsoleRenderer(colors=colour)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), _facts],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _clean, last],
    )


def _facts(_: object, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    # Left on the record by other handlers: these are renderings, not fields.
    for rendering in ("message", "asctime"):
        event.pop(rendering, None)
    event["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    event["level"] = record.levelname.lower()
    event["logger"] = record.name
    # The filter has turned the traceback into a text without secrets; the renderer would drop it.
    if record.exc_text:
        event["exception"] = record.exc_text
    return event


def _clean(_: object, __: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        # JSON would escape a quote inside a secret, and the last look over the line would miss it.
        lines = redact(value if isinstance(value, str) else str(value)).split("\n")
        event[key] = value if isinstance(value, bool | int | float) else _joined(key, lines)
    return event


def _joined(key: str, lines: list[str]) -> str:
    # Only a traceback may have lines of its own: a message could otherwise forge the next log line.
    return "\n".join(map(harmless, lines)) if key == "exception" else harmless("\n".join(lines))
