"""The fuzz target on damaged golden pages, a little of it in every run."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from tests.sizes import size

ROOT = Path(__file__).parents[3]
LIMIT = 2 << 30  # bytes of addresses: a page that takes more fails with a MemoryError, and is printed
TRY = "import resource, sys; from tests.fuzz.content import run; n, seed, limit = map(int, sys.argv[1:])"
TRY += "; resource.setrlimit(resource.RLIMIT_AS, (limit, limit)); assert run(n, seed) == n"


def test_damaged_pages() -> None:
    """In a process of its own, as parsing processes are: what a page takes, this one does not lose."""
    seed = random.randrange(2**32)
    command = [sys.executable, "-c", TRY, str(size("pages made of noise")), str(seed), str(LIMIT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, f"seed {seed}: {done.stderr[-30_000:]}"
