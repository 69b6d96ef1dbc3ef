"""Terms, index and ranking without a database."""

from __future__ import annotations

import random

import pytest

from docspasta.search.blocks import Block, blocks
from docspasta.search.index import Segment
from docspasta.search.passages import Passage
from docspasta.search.queries import BadQuery, check, parse
from docspasta.search.ranking import answers, best
from docspasta.search.snippets import snippet
from docspasta.search.terms import Terms, chunks, runs

BLANKS = str.maketrans(dict.fromkeys("()`", " "))
ENGLISH = Terms("en")


def terms(text: str, language: Terms = ENGLISH) -> set[str]:
    return {term for run in runs(text) for term in language.of(run)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("asyncio.create_task()", {"asyncio.create_task", "create_task", "asyncio", "task", "creat"}),
        ("std::vector<int> x", {"std::vector<int>", "std::vector", "std", "vector", "int"}),
        ("--max-pages 500", {"--max-pages", "max-pages", "maxpages", "max", "page", "500"}),
        ("os.path.join(a, b)", {"os.path.join", "path.join", "os", "path", "join"}),
        ("C++ and C#", {"c++", "c#"}),
        ("camelCase", {"camelcase", "camel", "case"}),
        ("snake_case", {"snake_case", "snakecase", "snake", "case"}),
        ("HTTPServer", {"httpserver", "http", "server"}),
        ("::before", {"::before", "befor"}),
        ("running", {"run"}),
        ("関数の定義", {"関数", "数の", "の定", "定義"}),
        ("使用asyncio库", {"使用", "asyncio", "库"}),
    ],
)
def test_code_and_prose_are_found_whole_and_by_their_parts(text: str, found: set[str]) -> None:
    assert found <= terms(text)


def test_words_are_stemmed_by_the_language() -> None:
    assert terms("Häuser", Terms("de")) == terms("Haus", Terms("de"))


def test_any_text_is_a_query() -> None:
    """What would be an error or an operator elsewhere is looked for, in bounded time."""
    seed = random.randrange(2**32)
    chosen = random.Random(seed)
    alphabet = "ab(|&!:*'\"\\<>-._+#@$ \n\0\U0001f600é漢\ud800%"
    for _ in range(300):
        text = "".join(chosen.choice(alphabet) for _ in range(chosen.randrange(1, 60)))
        parse(text, {"en": ENGLISH}), f"seed {seed}"
    assert len(parse("word " * 2_000 + " ".join(map(str, range(500))), {"en": ENGLISH}).wanted) == 24


@pytest.mark.parametrize(("text", "limit"), [("", 1), ("  ", 1), ("x" * 10_240, 1), ("x", 51), ("x", -1)])
def test_what_cannot_be_asked_is_refused(text: str, limit: int) -> None:
    with pytest.raises(BadQuery):
        check(text, limit)


def passage(number: int, heading: str, text: str, *anchors: str) -> Passage:
    url = f"https://docs.example.org/{number}"
    return Passage(f"id{number}", number, url, "Guide", ["Guide", heading], "", anchors, 10, text)


PASSAGES = [
    passage(0, "Install", "Run `pip install example` first."),
    passage(1, "Tasks", "asyncio.create_task() schedules a coroutine.", "asyncio.create_task"),
    passage(2, "Other", "Talks of asyncio.create_task at length. asyncio.create_task again and again."),
    passage(3, "Options", "Give --max-pages to stop early."),
    passage(4, "Groups", "A task group waits for its tasks."),
    passage(5, "Iterators", "Iterators iterate over iterables; an iterator is its own iterator.", "iterator"),
    passage(6, "Functions", "Gives an iterator. " + "Many words about something else. " * 40, "iter", "next"),
    passage(7, "How it works", "How the server works and how the workers work."),
    passage(8, "Wheels", "What a wheel holds, and how wheels turn."),
]


def found(text: str, sections: list[Passage] = PASSAGES) -> list[Passage]:
    segment = Segment({})
    for one in sections:
        segment.add(one, "en-GB")
    values = {}
    for _, data in segment.blocks():
        block = Block(data)
        values |= {key: block.value(key) for key, _ in block.beginning(b"t")}
    query = parse(text, {"en": ENGLISH})
    postings = {key[1:].decode(): value or b"" for key, value in values.items()}
    numbers = best(query, [postings], [len(sections)])
    read = [sections[one.number] for one in numbers]
    return [one for _, one in answers(query, numbers, read, 10)]


def ranked(text: str) -> list[int]:
    return [one.page_id for one in found(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("create_task", 1),
        ("asyncio.create_task", 1),
        ("max pages", 3),
        ("maxPages", 3),
        ("how to install", 0),
        ("task groups", 4),
        ("iter", 6),
        ("how wheels work", 8),
        ("`asyncio.create_task()`", 1),
    ],
)
def test_the_section_that_defines_or_says_it_comes_first(text: str, first: int) -> None:
    assert ranked(text)[0] == first


def test_a_hit_leads_to_the_symbol_that_was_looked_for() -> None:
    assert [found(text)[0].anchor for text in ("iter", "next", "other.next", "install")] == [
        "iter",
        "next",
        "next",
        "",
    ]


@pytest.mark.parametrize("text", ["server.--pool", "--pool", "server --pool", "server.-p"])
def test_an_option_is_found_by_the_id_that_was_made_of_its_name(text: str) -> None:
    often = "Start the server with --pool or -p. The server has a --pool, and -p is short for --pool."
    asked = [
        passage(1, "Examples", often),
        passage(2, "Server", often + " More of it. " * 20, "cmdoption-server-pool", "cmdoption-server-p"),
    ]
    first = found(text, asked)[0]
    assert first.page_id == 2
    if text.startswith("server."):
        assert first.anchor == "cmdoption-" + text.replace(".--", "-").replace(".-", "-")


def test_what_a_release_changed_comes_behind_how_it_is_used() -> None:
    text = "Set the cache to keep answers."
    news = passage(1, "Cache", text)._replace(url="https://docs.example.org/release-notes/3")
    guide = passage(2, "Cache", text)._replace(url="https://docs.example.org/guide/cache")
    assert [one.page_id for one in found("cache", [news, guide])] == [2, 1]
    assert found("cache released in 3", [news, guide])[0].page_id == 1


def test_a_page_that_is_about_it_comes_before_one_that_mentions_it() -> None:
    about = [passage(0, f"Part {n}", "The scheduler runs it.")._replace(page_id=9) for n in range(3)]
    assert found("scheduler", [passage(1, "Part 7", "The scheduler runs it."), *about])[0].page_id == 9


def test_at_most_three_sections_of_a_page() -> None:
    same = [passage(0, f"Part {n}", "The scheduler runs it.") for n in range(9)]
    assert len(found("scheduler", same)) == 3


def test_what_is_nowhere_finds_nothing() -> None:
    assert ranked("zzzzqqq") == []


def test_every_key_of_many_blocks_is_found() -> None:
    seed = random.randrange(2**32)
    chosen = random.Random(seed)
    entries = sorted(
        {f"t{chosen.randrange(10**9)}".encode(): chosen.randbytes(40) for _ in range(2_000)}.items()
    )
    written = [(first, Block(data)) for first, data in blocks(iter(entries))]
    assert len(written) > 5, seed
    for key, value in entries:
        block = [block for first, block in written if first <= key][-1]
        assert block.value(key) == value, seed
        assert block.value(key + b"0") != value


def test_a_snippet_marks_the_words_and_stands_where_they_are() -> None:
    text = "Nothing here. " * 50 + "Call create_task to begin. " + "More of nothing. " * 50
    parts = snippet(parse("create tasks", {"en": ENGLISH}), text, {"en": ENGLISH})
    assert [part.text for part in parts if part.marked] == ["create_task"]
    assert len("".join(part.text for part in parts)) < 300


@pytest.mark.parametrize(("text", "shown"), [("# A\n\n## B\n\nWords.", "Words."), ("# A", "# A"), ("", "")])
def test_a_snippet_leaves_out_the_headings(text: str, shown: str) -> None:
    parts = snippet(parse("words", {"en": ENGLISH}), text, {"en": ENGLISH})
    assert "".join(part.text for part in parts) == shown


def test_what_is_read_in_chunks_is_what_is_read_at_once() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    some = [*"task Task. a_b x.y --max C++ std::v<int> ( ) ` , : é 关数 - # && TASK".split(), " ", " ", "\n"]
    for _ in range(500):
        text = "".join(chance.choices(some, k=12))
        parts = [term for chunk in chunks(text) for term in ENGLISH.chunk(chunk)]
        assert parts == [term for run in runs(" ".join(chunks(text))) for term in ENGLISH.of(run)], text
        assert parts == [term for run in runs(text.translate(BLANKS)) for term in ENGLISH.of(run)], text
    assert "&&" in ENGLISH.chunk(chunks("use `&&` here")[1])


def test_words_that_are_neighbours_count_more_where_they_are_and_quoted_ones_most() -> None:
    some = [
        passage(1, "Server", "The connection is new. Others were refused at once, for the server is strict."),
        passage(2, "Client", "It says connection refused when nobody listens at all, and tries once more."),
    ]
    assert found("connection refused", some)[0].page_id == 2
    assert found('"refused at once"', some)[0].page_id == 1
    query = parse('"Task  Group"', {"en": ENGLISH})
    assert query.quoted and query.text == "task group"
    assert not parse("task group", {"en": ENGLISH}).quoted
