"""What a process logs by itself: that it starts, and that its level changed."""

from __future__ import annotations

import json
import subprocess
import sys

CODE = """
import os, signal
from docspasta.telemetry import logs
logs.configure("gateway", "warning" if {quiet} else "info")
own = logs.logger("own")
for _ in range(2):
    own.debug("seen only at debug")
    os.kill(os.getpid(), signal.SIGUSR1)
own.debug("seen only at debug")
"""


def lines(quiet: bool) -> list[tuple[str, str]]:
    """Events and their levels' names, as a process of its own logs them."""
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(quiet=quiet)], capture_output=True, text=True, check=True
    )
    rows = [json.loads(line) for line in done.stderr.splitlines()]
    assert all(row["service"] == "gateway" for row in rows)
    return [(row["event"], row.get("log_level", "")) for row in rows]


def test_a_start_and_a_changed_level_are_seen() -> None:
    switched = [("log level changed", "debug"), ("seen only at debug", "")]
    assert lines(quiet=False) == [("starting", "info"), *switched, ("log level changed", "info")]


def test_a_changed_level_is_seen_by_those_who_log_warnings_only() -> None:
    switched = [("log level changed", "debug"), ("seen only at debug", "")]
    assert lines(quiet=True) == [*switched, ("log level changed", "warning")]
