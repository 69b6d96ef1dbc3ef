"""`make test-cluster` where no cluster can be made, and how it judges what a crawl saw."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import __main__ as command
from tests.cluster.judge import faults, faults_of_connections, left_behind

WHOLE: dict[str, Any] = {
    "missing": [],
    "twice": 0,
    "in_order": True,
    "watchers": [
        {"resets": 0, "order": 0, "errors": [], "longest_offline": 1.2, "end": ["job_completed", {}]},
        {"resets": 0, "order": 0, "errors": [], "longest_offline": 0.0, "end": ["job_completed", {}]},
    ],
    "poll": {"ok": 200, "bad": {}, "when": []},
}


def test_a_change_that_nobody_noticed_has_no_faults() -> None:
    assert faults(WHOLE) == []


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("missing",), [7], "the document lacks pages: [7]"),
        (("twice",), 1, "has 1 pages twice"),
        (("in_order",), False, "not in order"),
        (("watchers", 1, "end"), None, "watcher 2 saw no end"),
        (("watchers", 0, "resets"), 1, "watcher 1 had 1 resets"),
        (("watchers", 0, "errors"), ["+3.0 status 503"], "watcher 1 was refused: ['+3.0 status 503']"),
        (("watchers", 0, "longest_offline"), 24.0, "without a stream for 24.0 s"),
        (("poll", "bad"), {"503": 38}, "requests failed: {'503': 38}"),
        (("poll", "ok"), 0, "no request was answered"),
    ],
)
def test_what_was_noticed_is_a_fault(path: tuple[Any, ...], value: Any, sentence: str) -> None:
    report: Any = copy.deepcopy(WHOLE)
    part = report
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    (fault,) = faults(report)
    assert sentence in fault


def test_without_scripts_or_root_it_skips_aloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCSPASTA_SHARED", str(tmp_path))
    monkeypatch.delenv("DOCSPASTA_REQUIRE_SHARED", raising=False)
    assert command.main([]) == 0
    assert "SKIPPED: nothing was tested on a cluster" in capsys.readouterr().err
    monkeypatch.setenv("DOCSPASTA_REQUIRE_SHARED", "1")
    assert command.main([]) == 1
    (tmp_path / "test.sh").touch()
    assert "entrypoints/postgres/docker-entrypoint.sh and " in command.reason_to_skip(tmp_path, 0)
    for name in command.ENTRYPOINTS:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    assert "needs root" in command.reason_to_skip(tmp_path, 1000)
    assert command.reason_to_skip(tmp_path, 0) == ""


def test_a_step_is_judged_by_its_status_or_its_crawl(tmp_path: Path) -> None:
    assert command.wrong_in("helmtest", 1, "", tmp_path) == ["helmtest ended with 1"]
    assert command.wrong_in("helmtest", 0, "", tmp_path) == []
    assert "there is no report of its crawl" in command.wrong_in("upgrade", 0, "", tmp_path)[0]
    (tmp_path / "upgrade.json").write_text(json.dumps(WHOLE))
    assert command.wrong_in("upgrade", 0, "", tmp_path) == []


def test_a_connection_is_a_fault_with_its_side() -> None:
    printed = """\
jobs ->
  ok    10.244.1.5:5432 open
  WRONG 10.244.1.6:50052 open, wanted shut
  WRONG 169.254.169.254:80 open, wanted shut
gateway ->
  WRONG 10.244.1.6:50052 shut (timed out), wanted open
"""
    assert faults_of_connections(printed) == [
        "jobs -> WRONG 169.254.169.254:80 open, wanted shut",
        "gateway -> WRONG 10.244.1.6:50052 shut (timed out), wanted open",
    ]


def test_what_an_uninstall_leaves_is_named() -> None:
    told = """\
release "docspasta" uninstalled
left:
NAME                     SECRETS   AGE
serviceaccount/default   0         20m

NAME                        STATUS   AGE
persistentvolumeclaim/x-0   Bound    20m
"""
    assert left_behind(told) == ["persistentvolumeclaim/x-0 is left"]
    assert left_behind(told.partition("\nNAME       ")[0]) == []
