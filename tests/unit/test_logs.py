"""Every line of a process's log is one JSON object, whoever wrote it."""

from __future__ import annotations

import io
import json
import logging
import socket

import pytest
import structlog

from docspasta.telemetry import logs


@pytest.fixture
def lines(monkeypatch):
    """What a process that logs as the gateway does writes; logging is as it was afterwards."""
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    level, written = root.level, io.StringIO()
    root.handlers.clear()
    monkeypatch.setattr("sys.stderr", written)
    logs._set_up("gateway", "info", "json")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_what_a_library_logs_is_a_line_like_ours(lines):
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.\nforged: %s", "line")
    try:
        raise OSError("gone")
    except OSError:
        logging.getLogger("asyncio").exception("unhandled")
    logging.getLogger("uvicorn.access").info("too quiet to be told")
    first, second = lines()
    assert (first["room"], first["level"], first["service"]) == ("uvicorn.error", "warning", "gateway")
    assert first["event"].endswith("forged: line") and "OSError: gone" in second["exception"]


def test_no_line_tells_a_credential(lines):
    logs.logger("own").warning("asked", authorization="Bearer x", user_token="x", dsn="postgres://u:p@h/d")
    [line] = lines()
    assert {line[name] for name in ("authorization", "user_token", "dsn")} == {"[removed]"}


@pytest.mark.parametrize("style", ["json", "text"])
def test_no_control_character_reaches_a_terminal(monkeypatch, lines, style):
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs._set_up("gateway", "info", style)
    logging.getLogger("uvicorn.error").warning("bad\r\n\x1b[2Jforged")
    try:
        raise OSError("\x1b]0;title\x07")
    except OSError:
        logs.logger("own").exception("failed \x9b", url="http://a/\x1b[31m")
    told = written.getvalue()
    assert told.count("forged") == 1 and "\nforged" not in told
    assert all(letter.isprintable() or letter == "\n" for letter in told)


def test_a_lookup_that_fails_after_nobody_waits_for_it_is_no_line(lines):
    """asyncio tells it as an error, once a try, for as long as DNS is away; who asked has said so already."""
    late = socket.gaierror(-3, "Temporary failure in name resolution")
    asked = logging.getLogger("asyncio")
    asked.error("Future exception was never retrieved", exc_info=(type(late), late, None))
    asked.error("Task exception was never retrieved", exc_info=(KeyError, KeyError("x"), None))
    assert [line["event"] for line in lines()] == ["Task exception was never retrieved"]
