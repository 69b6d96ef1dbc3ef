"""`docspasta up`, joining it, and the commands that see and steer jobs."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

import pytest

from tests.e2e.cli.command import interrupt, read_lines
from tests.stack import wait_until


def listed(room, *options: str) -> list[dict]:
    return [json.loads(line) for line in room.run("jobs", "list", "--json", *options).stdout.splitlines()]


def test_the_gateway_answers(running):
    with urllib.request.urlopen(f"{running}/readyz", timeout=30) as answer:
        assert answer.status == 200


def test_a_crawl_joins_it_and_is_quick(running, shared_room, site):
    started = time.monotonic()
    done = shared_room.run("crawl", site, "--delay", "0", "-o", "docs.md")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - started < 60
    assert len((shared_room.path / "docs.md").read_text()) > 10_000


def test_a_second_up_shows_where_the_first_runs(running, shared_room):
    done = shared_room.run("up", "--port", "0")
    process = json.loads((shared_room.data / "stack.json").read_text())["process"]
    assert (done.returncode, done.stdout) == (0, f"{running}\n") and str(process) in done.stderr


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


def test_the_link_shows_a_browser_the_jobs_of_the_command_line(running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "-o", "mine.md", "--json")
    job = json.loads(done.stdout.splitlines()[0])["jobId"]
    link = shared_room.run("up").stderr.splitlines()[-1]
    assert link.startswith(f"{running}/login/local?token=")

    def seen(cookie: str = "") -> list[str]:
        asked = urllib.request.Request(f"{running}/api/v5/jobs", headers={"Cookie": cookie})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return [row["jobId"] for row in json.load(answer)["jobs"]]

    with pytest.raises(urllib.error.HTTPError) as redirected:
        urllib.request.build_opener(NoRedirect).open(link, timeout=30)
    assert redirected.value.code == 303
    assert seen() == []
    assert job in seen(redirected.value.headers["Set-Cookie"].partition(";")[0])
    redirected.value.close()


def test_a_taken_port_is_said(running, room):
    done = room.run("up", "--port", running.rsplit(":", 1)[1])
    assert done.returncode == 1 and "--port" in done.stderr and "Traceback" not in done.stderr


def test_ctrl_c_ends_one_crawl_and_not_the_stack(running, shared_room, site):
    command = shared_room.start("crawl", site, "--delay", "2", "--concurrency", "1", "--json", "-o", "cut.md")
    lines = read_lines(command.stdout)
    wait_until(lambda: any('"event":"url_' in line for line in lines), 60, "a page is done")
    assert interrupt(command) == 130
    assert (shared_room.path / "cut.partial.md").exists()
    assert listed(shared_room)[0]["state"] == "cancelled"


def test_pause_resume_cancel(running, shared_room, site):
    command = shared_room.start(
        "crawl", site, "--delay", "2", "--concurrency", "1", "--json", "-o", "long.md"
    )
    lines = read_lines(command.stdout)
    wait_until(lambda: any('"event":"url_' in line for line in lines), 60, "a page is done")
    job = json.loads(lines[0])["jobId"]
    assert shared_room.run("jobs", "pause", job).stdout == f"{job} paused\n"
    assert shared_room.run("jobs", "show", job).stdout.startswith(f"Job {job}: paused\n")
    assert shared_room.run("jobs", "resume", job).stdout == f"{job} running\n"
    assert shared_room.run("jobs", "cancel", job).stdout == f"{job} cancelled\n"
    assert command.wait(60) == 3 and (shared_room.path / "long.partial.md").exists()
    again = shared_room.run("jobs", "pause", job)
    assert again.returncode == 1 and "Traceback" not in again.stderr


def test_download_delete_and_prune(running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "-o", "kept.md", "--json")
    job = json.loads(done.stdout.splitlines()[0])["jobId"]
    assert shared_room.run("jobs", "download", job, "-o", "again.md").stdout == "again.md\n"
    assert (shared_room.path / "again.md").read_bytes() == (shared_room.path / "kept.md").read_bytes()
    assert shared_room.run("jobs", "watch", job).returncode == 0
    assert shared_room.run("jobs", "delete", job).stdout == f"{job}\n"
    assert job not in [row["jobId"] for row in listed(shared_room)]
    assert listed(shared_room, "--state", "completed", "--limit", "1")
    assert shared_room.run("jobs", "prune", "--older-than", "1").stderr == "0 jobs deleted\n"
    assert "would be deleted" in shared_room.run("jobs", "prune", "--older-than", "0", "--dry-run").stderr
    assert listed(shared_room)
    shared_room.run("jobs", "prune", "--older-than", "0")
    assert listed(shared_room) == []


def test_keys(running, shared_room):
    made = shared_room.run("keys", "create", "laptop", "--scope", "read")
    assert made.returncode == 0 and made.stdout.startswith("dsp_"), made.stderr
    rows = [json.loads(line) for line in shared_room.run("keys", "list", "--json").stdout.splitlines()]
    assert [row["name"] for row in rows] == ["laptop"] and made.stdout.strip() not in json.dumps(rows)
    address = json.loads((shared_room.data / "stack.json").read_text())["addresses"]["jobs"]
    deployed = ("--server", address, "--token", made.stdout.strip())
    assert shared_room.run("jobs", "list", *deployed).returncode == 0
    assert shared_room.run("keys", "revoke", rows[0]["keyId"]).returncode == 0
    refused = shared_room.run("jobs", "list", *deployed)
    assert refused.returncode == 1 and "Traceback" not in refused.stderr


def test_up_beside_a_crawl_names_its_process(room, site):
    command = room.start("crawl", site, "--delay", "2", "--concurrency", "1")
    wait_until(lambda: (room.data / "stack.json").exists(), 60, "it has started")
    done = room.run("up")
    assert done.returncode == 1 and f"Process {command.pid} (crawl) is using" in done.stderr
    assert interrupt(command) == 130


def test_redis_report(running, shared_room, room):
    told = shared_room.run("redis-report")
    assert told.returncode == 0 and told.stdout.startswith("kind ") and "\nall " in told.stdout
    none = room.run("redis-report")
    assert none.returncode == 1 and "No stack runs" in none.stderr
    gone = room.run("redis-report", DOCSPASTA_REDIS_URL="redis://127.0.0.1:1")
    assert gone.returncode == 1 and "Traceback" not in gone.stderr
