"""Progress in a real terminal (a pty), with and without colour."""

from __future__ import annotations

import os
import pty
import re
import subprocess

import pytest

from tests.e2e.cli.command import DOCSPASTA

COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|38|9[0-7])[0-9;]*m")


def in_a_terminal(room, *arguments: str, **environment: str) -> tuple[int, bytes]:
    """Run a command whose stderr is a terminal; its exit status and what the terminal received."""
    master, slave = pty.openpty()
    command = subprocess.Popen(
        [*DOCSPASTA, *arguments],
        cwd=room.path,
        env={**room.environment, "PYTHONPATH": os.getcwd(), "TERM": "xterm-256color", **environment},
        stdout=subprocess.DEVNULL,
        stderr=slave,
    )
    os.close(slave)
    received = bytearray()
    while True:
        try:
            received += os.read(master, 65536)
        except OSError:  # the last writer has closed it
            break
        if not received:
            break
    os.close(master)
    return command.wait(30), bytes(received)


@pytest.mark.parametrize(
    ("environment", "moving"), [({}, True), ({"NO_COLOR": "1"}, True), ({"TERM": "dumb"}, False)]
)
def test_progress(running, shared_room, site, environment, moving):
    status, received = in_a_terminal(
        shared_room, "crawl", site, "--delay", "0.02", "-o", "t.md", **environment
    )
    assert status == 0 and b"pages done" in received and b"27 pages (1 duplicate left out), " in received
    assert (b"\x1b[" in received) is moving
    if "NO_COLOR" in environment:
        assert not COLOUR.search(received)
