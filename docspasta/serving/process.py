"""How every process begins and ends: settings, logs, one loop, and an exit status with a sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import uvloop
from pydantic import ValidationError

from docspasta.settings import Shared
from docspasta.telemetry import logs, metrics, tracing

from .server import CannotStart, WorkEnded

Settings = TypeVar("Settings", bound=Shared)


def run_process(
    name: str, settings: Callable[[], Settings], serve: Callable[[Settings], Coroutine[Any, Any, None]]
) -> int:
    """Read the settings and serve. The exit status: 0 after SIGTERM, 2 when a setting is missing or wrong, 1
    when something that the process needs is not there or its work ended by itself."""
    try:
        given = settings()
        _tell(name, given)
        uvloop.run(serve(given))
    except ValueError as error:
        print(f"{name}: {sentence(error)}", file=sys.stderr)
        return 2
    except (CannotStart, WorkEnded) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0


def _tell(name: str, settings: Shared) -> None:
    """Begin logs, metrics and traces."""
    logs.configure(name, settings.log_level, settings.log_format)
    try:
        metrics.listen(settings.metrics_listen, name)
    except OSError as error:
        raise CannotStart(
            f"DOCSPASTA_METRICS_LISTEN is {settings.metrics_listen}: {error.strerror}"
        ) from error
    tracing.configure(name, settings.otlp_endpoint)


def sentence(error: ValueError) -> str:
    """What is wrong with which setting. No value is shown, for some are secret."""
    if not isinstance(error, ValidationError):
        return str(error)
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"DOCSPASTA_{'_'.join(map(str, row['loc'])).upper()}: {row['msg']}" for row in wrong)
