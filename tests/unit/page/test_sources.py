"""How sources are told of in the page, run by Node without a browser."""

from __future__ import annotations

from .test_modules import run

SOURCE = """
const source = (more) => ({ sourceId: "s", name: "n", settings: { url: "https://a.b/" }, newestRun: { jobId: "2", state: "completed",
  createdAt: "2026-11-29T12:00:00Z" }, currentJobId: "2", suspectJobId: null, schedule: null, failures: 0, ...more });
"""


def test_a_source_says_how_it_is_doing() -> None:
    said = run(
        SOURCE
        + """
        import { standing } from "js/source.js";
        const last = (state) => ({ jobId: "3", state, createdAt: "2026-11-29T12:00:00Z" });
        say([{}, { newestRun: null, currentJobId: null }, { newestRun: last("running") }, { newestRun: last("completed"), suspectJobId: "3" },
          { newestRun: last("failed") }, { newestRun: last("running"), suspectJobId: "2" }].map((more) => standing(source(more))[0]));
        """
    )
    assert said == ["Up to date", "Not crawled yet", "Crawling", "Suspect", "Last run failed", "Crawling"]


def test_its_times_and_its_schedule_are_a_sentence() -> None:
    said = run(
        SOURCE
        + """
        import { scheduleOf, timesOf } from "js/source.js";
        const now = new Date("2026-11-29T13:00:00Z");
        const schedule = { cron: "@daily", text: "every day", suspended: false };
        const times = (more) => timesOf(source(more), now).replace(/today .. ?:?../, "today");
        say([times({}), times({ schedule, nextAt: "2026-11-29T18:00:00Z" }), times({ schedule: { ...schedule, suspended: true }, failures: 3 }),
          times({ newestRun: null }), scheduleOf("@weekly", "Europe/Berlin"), scheduleOf("")]);
        """
    )
    assert isinstance(said, list)
    assert said[0].endswith(" · crawled when you ask") and said[0].startswith("Last run ")
    assert said[1].endswith(" · every day · next run in 5 hours")
    assert said[2].endswith(" · the last 3 runs failed · schedule paused")
    assert said[3:] == [
        "crawled when you ask",
        {"schedule": {"cron": "@weekly", "timeZone": "Europe/Berlin"}},
        {"schedule": {}},
    ]


def test_what_changed_is_counted_in_words() -> None:
    said = run(
        """
        import { countsOf } from "js/source_changes.js";
        say([countsOf({ added: 1, changed: 1200, moved: 0, removed: 2, failed: 3, unchanged: 9 }), countsOf({ unchanged: 4 })]);
        """
    )
    assert said == ["1 added, 1,200 changed, 2 removed, 3 missing for now", ""]


def test_ended_runs_are_told_of_by_their_source_alone() -> None:
    said = run(
        """
        import { besides, refreshed } from "js/sources.js";
        const jobs = [{ jobId: 1, state: "completed", sourceId: "s" }, { jobId: 2, state: "running", sourceId: "s" },
          { jobId: 3, state: "completed", sourceId: "other" }, { jobId: 4, state: "completed", sourceId: null }];
        const sources = [{ sourceId: "s" }];
        say([besides(jobs, sources).map((job) => job.jobId), besides(jobs, null).length, besides(null, sources),
          refreshed([{ sourceId: "a" }, { sourceId: "z" }], [{ sourceId: "a", n: 2 }], "next"),
          refreshed([{ sourceId: "a" }, { sourceId: "z" }], [{ sourceId: "a", n: 2 }], null)]);
        """
    )
    assert said == [
        [2, 3, 4],
        4,
        None,
        [{"sourceId": "a", "n": 2}, {"sourceId": "z"}],
        [{"sourceId": "a", "n": 2}],
    ]
