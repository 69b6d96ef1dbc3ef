"""Sections that are copied, names that titles share, and crawls that are folded, by Node without a browser."""

from __future__ import annotations

from tests.unit.page.test_modules import run

TEXT = """
const text = ["# Title", "", "Intro.", "", "## One", "", "a", "", "```sh", "# no heading", "```", "", "### Deep", "", "b", "", "## Two", "", "c", ""].join("\\n");
"""


def test_a_section_ends_at_the_next_heading_of_its_level_and_code_has_none() -> None:
    said = run(
        'import { sectionAt, sectionsOf } from "js/section.js";\n'
        + TEXT
        + "say([sectionsOf(text).map((each) => each.level), ...[0, 1, 2, 3, 4].map((n) => sectionAt(text, n))]);"
    )
    assert said == [
        [1, 2, 3, 2],
        "# Title\n\nIntro.\n\n## One\n\na\n\n```sh\n# no heading\n```\n\n### Deep\n\nb\n\n## Two\n\nc\n",
        "## One\n\na\n\n```sh\n# no heading\n```\n\n### Deep\n\nb\n",
        "### Deep\n\nb\n",
        "## Two\n\nc\n",
        "",
    ]


def test_many_headings_cost_no_more_than_their_lines() -> None:
    said = run(
        'import { sectionsOf } from "js/section.js";\n'
        "const text = '###### x\\n'.repeat(100000); const found = sectionsOf(text); say([found.length, found[5].end]);"
    )
    assert said == [100000, 54]


def test_pieces_of_a_long_page_have_the_headings_of_the_whole() -> None:
    said = run(
        'import { pieces } from "js/prose.js"; import { sectionsOf } from "js/section.js";\n'
        "const text = Array.from({ length: 99 }, (_, n) => `## H${n}\\n\\n${'word '.repeat(n * 9)}\\n\\n~~~\\n# no\\n~~~\\n`).join('\\n');\n"
        "const parts = [...pieces(text, 2000)];\n"
        "say([parts.length > 5, parts.reduce((sum, part) => sum + sectionsOf(part).length, 0)]);"
    )
    assert said == [True, 99]


def test_the_name_that_titles_share_is_not_said_on_each_row() -> None:
    said = run(
        """
        import { ownTitle, sharedName } from "js/format.js";
        const titles = ["Install — Larder", "Use - a guide — Larder", "The manual", "API | Larder", "x — Larder"];
        say([sharedName(titles), ownTitle("Use - a guide — Larder", sharedName(titles)), sharedName(["A — B", "C — D", "E"]), sharedName([undefined, ""]), sharedName([])]);
        """
    )
    assert said == ["Larder", "Use - a guide", "", "", ""]


def test_hosts_that_differ_by_a_port_have_marks_that_differ() -> None:
    said = run(
        """
        import { hue } from "js/format.js";
        const hues = [8000, 8001, 8002, 8080, 3000].map((port) => hue(`localhost:${port}`));
        const apart = (a, b) => Math.min(Math.abs(a - b), 360 - Math.abs(a - b));
        say([hues.every((h) => Number.isInteger(h) && h >= 0 && h < 360), Math.min(...hues.flatMap((a, i) => hues.slice(i + 1).map((b) => apart(a, b))))]);
        """
    )
    assert isinstance(said, list) and said[0] is True and said[1] >= 15, said


def test_earlier_crawls_are_folded_behind_one_that_is_done() -> None:
    said = run(
        """
        import { folded } from "js/tidy.js";
        const job = (jobId, url, state, settings = {}) => ({ jobId, url, state, settings });
        const jobs = [job("8", "a", "failed"), job("7", "a", "running"), job("6", "a", "completed"), job("5", "b", "completed"), job("4", "a", "completed"),
          job("3", "a", "completed", { maxPages: 5 }), job("2", "a", "failed"), job("1", "b", "paused")];
        say(folded(jobs).map((row) => [row.job.jobId, ...row.earlier.map((each) => each.jobId)]));
        """
    )
    assert said == [["8"], ["7"], ["6", "4", "2"], ["5"], ["3"], ["1"]]


def test_a_crawl_that_is_deleted_within_a_day_says_so() -> None:
    said = run(
        """
        import { expiresSoon } from "js/card.js";
        const now = Date.UTC(2030, 0, 1), at = (hours) => new Date(now + hours * 3600000).toISOString();
        say([expiresSoon({ expiresAt: at(5) }, now), expiresSoon({ expiresAt: at(30) }, now), expiresSoon({}, now)]);
        """
    )
    assert said == [True, False, False]
