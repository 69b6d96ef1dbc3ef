"""python -m services.jobs: serves, drains at SIGTERM and exits 0; says in a sentence why it cannot start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from docspasta.serving.channel import open_channel
from docspasta.v1.jobs_pb2 import ListJobsRequest
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from tests.stack import Database, short_directory, wait_until

from .conftest import KEYS, jobs_settings


def environment(database: Database, redis_url: str, socket: Path, **changed: str) -> dict[str, str]:
    """The process's environment: what the tests' settings say, as DOCSPASTA_* variables."""
    settings = jobs_settings(database, redis_url, socket)
    secret = (
        "postgres_dsn",
        "postgres_maintenance_dsn",
        "redis_url",
        "sealing_key",
        "ticket_key",
        "signing_key",
    )
    values = {name: getattr(settings, name).get_secret_value() for name in secret}
    values |= {"jobs_listen": settings.jobs_listen, "frontier_shards": "2", "grace": "5"}
    values |= {"identity_issuers": KEYS["DOCSPASTA_IDENTITY_ISSUERS"], **changed}
    outside = {name: value for name, value in os.environ.items() if not name.startswith("DOCSPASTA_")}
    return outside | {f"DOCSPASTA_{name.upper()}": value for name, value in values.items()}


def start(given: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "services.jobs"],
        env=given,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


async def test_it_serves_and_exits_0_at_sigterm(database: Database, redis_url: str) -> None:
    with short_directory() as directory:
        process = start(environment(database, redis_url, directory / "jobs"))
        wait_until((directory / "jobs").exists, 30, "the socket is there")
        channel = open_channel(f"unix:{directory / 'jobs'}")
        call = JobsServiceStub(channel).ListJobs(ListJobsRequest(), timeout=60, wait_for_ready=True)
        assert (await call.code()).name == "UNAUTHENTICATED"
        await channel.close()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("changed", "status", "named"),
    [
        ({"sealing_key": ""}, 2, "DOCSPASTA_SEALING_KEY"),
        ({"ticket_key": "c2hvcnQ="}, 2, "DOCSPASTA_TICKET_KEY"),
        ({"signing_key": "nonsense"}, 2, "DOCSPASTA_SIGNING_KEY"),
        ({"identity_issuers": "[]"}, 2, "DOCSPASTA_IDENTITY_ISSUERS"),
        ({"allow_private": "not a host/"}, 2, "not a network"),
        ({"crawler_ports": "eighty"}, 2, "DOCSPASTA_CRAWLER_PORTS"),
        ({"postgres_dsn": "postgresql://docspasta_app@/none?host=/nowhere"}, 1, "DOCSPASTA_POSTGRES_DSN"),
    ],
)
def test_it_says_why_it_cannot_start(
    database: Database, redis_url: str, changed: dict[str, str], status: int, named: str
) -> None:
    with short_directory() as directory:
        process = start(environment(database, redis_url, directory / "jobs", **changed))
        out, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    assert named in err and "Traceback" not in out + err
