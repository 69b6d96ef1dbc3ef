"""One JSON line an event, with the same field names everywhere: ts, level, service, event, request_id,
job_id, user (hashed), state_version. JSON escapes control characters, so no line can be forged.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import sys
import uuid
from collections.abc import MutableMapping
from itertools import cycle
from typing import Any

import structlog

from docspasta import __version__

_SECRET = ("authorization", "cookie", "token", "api_key", "password", "dsn", "secret")


def configure(service: str, level: str = "info", style: str = "json") -> None:
    """Set up this process's logging, to stderr, and log that it starts. `style`: json, or text for people.

    SIGUSR1 switches debug on and off, and logs so at any level.
    """
    _set_up(service, level, style)
    logger(service).info("starting", version=__version__, log_level=level)
    levels = cycle(("debug", level))

    def switch(*_: object) -> None:
        chosen = next(levels)
        _set_up(service, "info", style)
        logger(service).info("log level changed", log_level=chosen)
        _set_up(service, chosen, style)

    with contextlib.suppress(ValueError, AttributeError):  # not in the main thread; no such signal
        signal.signal(signal.SIGUSR1, switch)


def _set_up(service: str, level: str, style: str) -> None:
    renderers: list[Any] = (
        [_for_people, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if style == "text"
        else [structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            _named(service),
            _without_secrets,
            structlog.processors.format_exc_info,
            *renderers,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if not isinstance(handler, _AsOurs)]
    root.addHandler(_AsOurs())
    root.setLevel(max(_number(level), logging.WARNING))


class _AsOurs(logging.Handler):
    """What libraries log through the standard library becomes a line like any other."""

    def emit(self, record: logging.LogRecord) -> None:
        if _is_late_lookup(record):
            return
        told = structlog.get_logger(room=record.name)
        try:
            told.log(record.levelno, record.getMessage(), exc_info=record.exc_info or None)
        except Exception:
            self.handleError(record)  # a library must not fail because its log does


def _is_late_lookup(record: logging.LogRecord) -> bool:
    """A name whose lookup failed after whoever asked for it had stopped waiting, and had said so."""
    error = record.exc_info[1] if record.exc_info else None
    return record.name == "asyncio" and isinstance(error, socket.gaierror)


def logger(name: str) -> Any:
    """The logger of a part of the code; cheap, can be made at import."""
    return structlog.get_logger(room=name)


def bind_request(metadata: dict[str, str]) -> str:
    """Bind the request's id: `x-request-id`, else the trace id of `traceparent`, else a new one."""
    trace = metadata.get("traceparent", "").split("-")
    request_id = metadata.get("x-request-id", "")[:64] or (trace[1] if len(trace) == 4 else uuid.uuid4().hex)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def _number(level: str) -> int:
    return int(logging.getLevelNamesMapping().get(level.upper(), logging.INFO))


def _named(service: str) -> Any:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def _without_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event:
        if any(word in key.lower() for word in _SECRET):
            event[key] = "[removed]"
    return event


def _for_people(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What a site or a client had a part in forges no line on a terminal, and moves nothing there."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _escaped(value, kept="\n" if name == "exception" else "")
    return event


def _escaped(text: str, kept: str) -> str:
    return "".join(one if one.isprintable() or one in kept else repr(one)[1:-1] for one in text)
