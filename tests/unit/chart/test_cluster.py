"""`make test-cluster` where no cluster can be made, and how it judges what users saw."""

from __future__ import annotations

import copy
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import __main__ as command
from tests.cluster import changes, looks, policies, scaling
from tests.cluster.cluster import Cluster, Failed
from tests.cluster.external_metrics import value_of
from tests.cluster.judge import faults, left_behind
from tests.cluster.load import Client, Stream
from tests.unit.chart import helm

STREAM: dict[str, Any] = {
    "resets": 0,
    "out_of_order": 0,
    "refused": [],
    "longest_away": 1.2,
    "longest_quiet": 4.0,
    "connections": 2,
    "end": "job_completed",
    "states": {"processed": 401},
}
WHOLE: dict[str, Any] = {
    "crawls": [
        {"seconds": 90, "missing": [], "twice": 0, "in_order": True, "streams": [STREAM, dict(STREAM)]}
    ],
    "requests": {"answers": {"200": 300}, "refused": [], "slowest": 0.3},
    "fetched_again": 0,
}


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    report: Any = copy.deepcopy(WHOLE)
    part = report
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return dict(report)


def test_a_change_that_nobody_noticed_has_no_faults() -> None:
    assert faults(WHOLE, unnoticed=True) == []


@pytest.mark.parametrize("unnoticed", [True, False])
@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("crawls",), [], "no crawl was made"),
        (("crawls", 0, "missing"), [7], "a document lacks pages: [7]"),
        (("crawls", 0, "twice"), 1, "has 1 pages twice"),
        (("crawls", 0, "in_order"), False, "not in order"),
        (("crawls", 0, "streams", 1, "end"), "", "watcher 2 saw another end of the job: none"),
        (("crawls", 0, "streams", 0, "resets"), 1, "watcher 1 had 1 resets"),
        (("crawls", 0, "streams", 0, "states"), {"processed": 399}, "watchers saw different pages"),
    ],
)
def test_lost_pages_and_events_are_faults_of_every_change(
    path: tuple[Any, ...], value: Any, sentence: str, unnoticed: bool
) -> None:
    (fault,) = faults(changed(path, value), unnoticed=unnoticed)
    assert sentence in fault


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("crawls", 0, "streams", 0, "refused"), ["03:00:01 503"], "watcher 1 was refused"),
        (("crawls", 0, "streams", 1, "longest_away"), 24.0, "without a stream for 24.0 s"),
        (("requests", "refused"), ["03:00:01 GET /: 503"], "requests failed"),
    ],
)
def test_refused_requests_are_faults_of_changes_that_must_go_unnoticed(
    path: tuple[Any, ...], value: Any, sentence: str
) -> None:
    (fault,) = faults(changed(path, value), unnoticed=True)
    assert sentence in fault
    assert faults(changed(path, value), unnoticed=False) == []


def test_what_was_seen_is_told_with_its_figures() -> None:
    told = changes.told("upgrade", 60.0, WHOLE)
    assert "upgrade took 60 s; requests {'200': 300}" in told
    assert "away for 1.2 s at most" in told


def test_an_event_stream_is_read_as_a_browser_reads_it() -> None:
    going = threading.Event()
    stream = Stream(Client("http://127.0.0.1"), "/stream", going)
    lines = (
        *("retry: 700", "", "event: url_processed", 'data: {"pageId": "a", "state": "processed"}'),
        *(
            "id: e-3",
            "",
            "id: e-3",
            "",
            "event: job_completed",
            'data: {"state": "completed"}',
            "id: e-4",
            "",
        ),
    )
    stream.read([f"{line}\n".encode() for line in lines])  # type: ignore[arg-type]
    report = stream.report()
    assert (stream.retry, stream.last, report["end"]) == (0.7, "e-4", "job_completed")
    assert (report["states"], report["resets"], report["out_of_order"]) == ({"processed": 1}, 0, 0)
    assert going.is_set()


def test_without_scripts_or_root_it_skips_aloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCSPASTA_SHARED", str(tmp_path))
    monkeypatch.delenv("DOCSPASTA_REQUIRE_SHARED", raising=False)
    assert command.main([]) == 0
    assert "SKIPPED: nothing was tested on a cluster" in capsys.readouterr().err
    monkeypatch.setenv("DOCSPASTA_REQUIRE_SHARED", "1")
    assert command.main([]) == 1
    for name in command.NEEDED:
        (tmp_path / name).touch()
    assert "needs root" in command.reason_to_skip(tmp_path, 1000)
    assert command.reason_to_skip(tmp_path, 0) == ""


def test_a_step_that_cannot_be_done_does_not_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fails(cluster: Cluster) -> list[str]:
        raise Failed("helm: no such release")

    steps = {"doctor": lambda cluster: ["1 wrong"], "install": fails, "crawls": lambda cluster: []}
    monkeypatch.setattr(command, "STEPS", steps)
    found = command.wrong_in(Cluster(tmp_path), list(steps))
    assert found == ["doctor: 1 wrong", "install could not be done: helm: no such release"]


@pytest.mark.parametrize(
    ("status", "said", "holds"),
    [
        (0, "0 wrong, 2 to note, 31 good", True),
        (0, "0 wrong, 3 to note, 0 good", False),
        (1, "1 wrong, 2 to note, 31 good", False),
        (2, "", False),
    ],
)
def test_a_doctor_of_a_healthy_release_finds_good_and_nothing_wrong(
    status: int, said: str, holds: bool
) -> None:
    done = subprocess.CompletedProcess((), status, f"Postgres answers\n{said}\n", "")
    assert (list(looks.diagnosis(done)) == []) == holds


def test_policies_leave_open_what_is_named_and_nothing_else() -> None:
    parts = {
        name: f"10.244.1.{number}:{port}" for number, (name, port) in enumerate(policies.PORTS.items(), 2)
    }
    jobs = policies.wanted("jobs", parts)
    assert {target for target, is_open in jobs.items() if is_open} == {
        parts[name] for name in ("postgres", "redis", "crawler")
    }
    assert not policies.wanted("crawler", parts)[parts["postgres"]]
    assert policies.wanted("stranger", parts)[parts["gateway"]]
    assert not policies.wanted("stranger", parts)["10.244.1.2:50060"]


def test_what_an_uninstall_leaves_is_named() -> None:
    listed = "serviceaccount/default\nconfigmap/kube-root-ca.crt\npersistentvolumeclaim/x-0\n"
    assert left_behind(listed) == ["persistentvolumeclaim/x-0 is left"]


METRICS = """\
# HELP docspasta_frontier_due_urls URLs that could be taken now
docspasta_frontier_due_urls 40.0
docspasta_frontier_urls{state="taken"} 31.0
docspasta_frontier_urls{state="waiting"} 7.0
"""


def test_the_charts_own_queries_are_answered() -> None:
    fewer = METRICS.replace("40.0", "39.0")
    queries = {
        one["metadata"]["name"].rpartition("-")[2]: one["spec"]["triggers"][0]["metadata"]["query"]
        for one in helm.rendered("keda")
        if one["kind"] == "ScaledObject"
    }
    assert value_of(queries["crawler"], [METRICS, fewer]) == 71
    assert value_of(queries["processor"], [METRICS, fewer]) == 7
    assert value_of(queries["gateway"], [METRICS]) == 0


def test_a_hill_of_replicas_is_no_flapping() -> None:
    assert scaling.turns([1, 1, 2, 4, 4, 3, 2, 1]) == 1
    assert scaling.turns([1, 2, 1, 2, 1]) == 3
    assert scaling.turns([1, 1, 1]) == 0
