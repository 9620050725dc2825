from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import warnings

import pytest

from reconciler.cli.logs import LogFormat, configure
from reconciler.values.secret import Secret

VALUE = 'Zx9-"quoted"-canary'


@pytest.fixture(autouse=True)
def _loggers_as_before():
    names = ["", "reconciler", "py.warnings"]
    before = [
        (logging.getLogger(name), logging.getLogger(name).level, list(logging.getLogger(name).handlers))
        for name in names
    ]
    raising = logging.raiseExceptions
    yield
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = raising
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def logged(verbosity: int = 0, log_format: LogFormat = LogFormat.HUMAN) -> io.StringIO:
    stream = io.StringIO()
    configure(verbosity, log_format, stream)
    return stream


@pytest.mark.parametrize(
    ("verbosity", "heard"),
    [(0, ["warning"]), (1, ["info", "warning"]), (2, ["debug", "info", "warning"]), (9, ["debug", "info", "warning"])],
)
def test_each_v_opens_our_loggers_further(verbosity, heard):
    stream = logged(verbosity, LogFormat.JSON)
    logger = logging.getLogger("reconciler.engine")

    logger.debug("a")
    logger.info("b")
    logger.warning("c")

    assert [json.loads(line)["level"] for line in stream.getvalue().splitlines()] == heard


@pytest.mark.parametrize("name", ["ccxt", "aiohttp.client", "asyncio"])
def test_third_parties_are_never_heard_below_a_warning(name):
    stream = logged(9, LogFormat.JSON)

    logging.getLogger(name).debug("GET /?signature=…")
    logging.getLogger(name).info("chatter")
    logging.getLogger(name).warning("trouble")

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["trouble"]


@pytest.mark.parametrize("log_format", LogFormat)
def test_no_secret_gets_through_by_any_way(log_format):
    Secret(VALUE)
    stream = logged(2, log_format)
    logger = logging.getLogger("ccxt")

    logger.warning("in the message " + VALUE)
    logger.warning("as an argument %s %r", VALUE, {"key": VALUE})
    logger.warning("as a field", extra={"key": VALUE, "nested": {"key": [VALUE]}})
    try:
        int(VALUE)
    except ValueError:
        logger.exception("in a traceback")
    logger.warning("misfit %s %s", VALUE)

    told = stream.getvalue()
    assert "canary" not in told
    assert told.count("***") >= 6
    assert "Traceback" in told


def test_a_json_line_is_one_object_with_its_facts():
    stream = logged(0, LogFormat.JSON)

    logging.getLogger("reconciler.stores").warning("slow\nwrite", extra={"seconds": 3, "store": "sqlite"})

    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("slow\\nwrite", "warning", "reconciler.stores")
    assert (line["seconds"], line["store"]) == (3, "sqlite")
    assert line["timestamp"].endswith("+00:00")


def test_a_message_cannot_forge_a_line_or_command_a_terminal():
    stream = logged()

    logging.getLogger("reconciler").warning("x\n2026-11-22 [info] all keys Online \x1b[2J")

    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


def test_python_warnings_go_the_same_way():
    stream = logged()

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("old ways", UserWarning, stacklevel=1)

    assert "old ways" in stream.getvalue()


def test_a_second_set_up_replaces_the_first():
    first = logged()
    second = logged()

    logging.getLogger("reconciler").warning("once")

    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_structlog_is_not_loaded_before_the_first_line():
    code = "import sys\nfrom reconciler.cli.logs import configure\nconfigure(1)\nsys.exit('structlog' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
