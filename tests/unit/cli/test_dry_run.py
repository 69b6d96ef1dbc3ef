"""`crawl --dry-run`: each link with its verdict, as lines for people or as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from docspasta import scope
from docspasta.cli import dry_run
from docspasta.content import read_page
from docspasta.v1.jobs_pb2 import Job, JobSettings

START = "https://a.example/docs/"
HTML = b"""<main><h1>Start</h1><p>Words enough to make this a page of its own.</p>
<a href=/docs/a>A</a> <a href=https://b.example/>B</a> <a href=/docs/genindex.html>Index</a></main>"""


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start page with three links; no job is made."""

    @asynccontextmanager
    async def job(*_: object) -> AsyncIterator[Job]:
        yield Job()

    async def page(*_: object) -> Any:
        return read_page(HTML, START)

    monkeypatch.setattr(dry_run, "one_page_job", job)
    monkeypatch.setattr(dry_run, "start_page", page)


async def test_links_are_lines_and_what_is_left_out_is_counted(
    found: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await dry_run.dry_run(None, JobSettings(url=START)) == 0  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert said.out == "https://a.example/docs/a\n"
    assert "1 on another host" in said.err and "1 left out as repeating or only listing others" in said.err


async def test_with_json_each_link_is_a_line_with_its_verdict(
    found: None, capsys: pytest.CaptureFixture[str]
) -> None:
    await dry_run.dry_run(None, JobSettings(url=START), json_lines=True)  # type: ignore[arg-type]
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["followed"], row["refusal"]) for row in rows] == [
        (True, None),
        (False, "host"),
        (False, "noise"),
    ]


def test_every_refusal_has_words() -> None:
    words = set(re.findall(r'(?:return|else|or \() ?"([a-z_]+)"', Path(scope.__file__).read_text()))
    assert words and words <= dry_run.REFUSALS.keys()
