"""Ports for processes that a test starts, and starts again.

A port that the kernel chose and the test let go of may be anybody's before the process listens on it. These
are outside of the range from which the kernel chooses, and no two test processes of a run share any.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
from functools import cache

FIRST, EACH, WORKERS = 10_000, 2_500, 8  # the kernel begins at 32,768


@cache
def _ours() -> itertools.cycle[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    first = FIRST + worker * EACH
    begin = random.SystemRandom().randrange(EACH)  # another run on this machine is likely elsewhere
    return itertools.cycle([first + (begin + n) % EACH for n in range(EACH)])


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses, and that this run gives nobody else."""
    for port in itertools.islice(_ours(), EACH):
        with socket.socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"none of {EACH} ports is free")
