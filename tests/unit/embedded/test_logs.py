"""What is shown of a log when a program fails: what it said itself, not what it did before."""

from __future__ import annotations

from pathlib import Path

from docspasta.embedded.logs import KEPT, last_lines, rotate

STARTING = '{"event": "starting", "level": "info"}'
CAUSE = "crawler: DOCSPASTA_CA_BUNDLE: '/ca.pem' cannot be read as PEM"


def test_the_cause_stands_alone(tmp_path: Path) -> None:
    log = tmp_path / "crawler.log"
    log.write_text(f"an earlier start failed\n{STARTING}\n")
    before = rotate(log)
    with log.open("a") as file:
        file.write(f"{STARTING}\n{CAUSE}\n")
    assert last_lines(log, since=before) == CAUSE


def test_news_is_shown_where_there_is_nothing_else(tmp_path: Path) -> None:
    log = tmp_path / "crawler.log"
    log.write_text(f"{STARTING}\n")
    assert last_lines(log) == STARTING


def test_errors_that_a_process_reports_are_shown(tmp_path: Path) -> None:
    log = tmp_path / "crawler.log"
    failed = '{"event": "lost", "level": "error"}'
    log.write_text(f"{STARTING}\n{failed}\n")
    assert last_lines(log) == failed


def test_a_large_log_is_moved_aside(tmp_path: Path) -> None:
    log = tmp_path / "crawler.log"
    assert rotate(log) == 0
    log.write_bytes(b"x" * (KEPT + 1))
    assert rotate(log) == 0 and not log.exists()
