"""Every process ends with a status and, when it could not do its work, with one sentence."""

from __future__ import annotations

import asyncio

import pytest

from docspasta.serving import process
from docspasta.serving.process import run_process
from docspasta.serving.server import CannotStart, WorkEnded
from docspasta.settings import Shared


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs and metrics of this process stay as they are."""
    monkeypatch.setattr(process, "_tell", lambda name, settings: None)


async def served(settings: Shared) -> None:
    """It was stopped."""
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("DOCSPASTA_REDIS_URL: no such scheme"), 2),
        (CannotStart("Postgres cannot be reached"), 1),
        (WorkEnded("the task 'worker' ended by itself"), 1),
    ],
)
def test_an_end_has_a_status_and_a_sentence(
    error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve(settings: Shared) -> None:
        raise error

    assert run_process("jobs", Shared, serve) == status
    assert capsys.readouterr().err == f"jobs: {error}\n"


def test_a_wrong_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCSPASTA_GRACE", "s3cret")
    monkeypatch.setenv("DOCSPASTA_MAX_CONNECTION_AGE", "s3cret")
    assert run_process("jobs", Shared, served) == 2
    said = capsys.readouterr().err
    assert said.startswith("jobs: DOCSPASTA_GRACE: ") and "; DOCSPASTA_MAX_CONNECTION_AGE: " in said
    assert "s3cret" not in said and said.count("\n") == 1
    monkeypatch.undo()


def test_one_that_was_stopped_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_process("jobs", Shared, served) == 0
    assert capsys.readouterr().err == ""
