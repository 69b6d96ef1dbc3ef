"""Every line of a process's log is one JSON object, whoever wrote it."""

from __future__ import annotations

import io
import json
import logging

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
