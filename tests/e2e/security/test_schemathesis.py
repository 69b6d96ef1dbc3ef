"""schemathesis sends what the OpenAPI document allows and what it forbids: no 5xx, all as described."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sizes import FULL, size
from tests.stack import RunningStack

from .people import Person

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.mark.timeout(960)
def test_no_request_breaks_the_gateway(running: RunningStack, alice: Person, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{running.gateway}/openapi.json"),
        *("--url", running.gateway, "--header", f"Authorization: Bearer {alice.cookie.partition('=')[2]}"),
        *("--checks", ",".join(CHECKS), "--max-examples", str(size("examples to each route"))),
        *("--phases", "examples,coverage,fuzzing" if FULL else "examples,fuzzing"),
        *(
            "--exclude-path-regex",
            "/stream$|/scrape$|/map$|/v[12]/search$" + ("" if FULL else "|^/v[12]/"),  # seconds each
            "--request-timeout",
            "20",
            "--no-color",
            "--workers",
            "1",
        ),
    ]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
