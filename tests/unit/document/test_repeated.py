"""What repeats at the edges of most pages goes, and nothing else does."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from docspasta.content.page import Heading, Page
from docspasta.document.anchors import page_anchor
from docspasta.document.edges import edges
from docspasta.document.facts import Facts, decode, encode
from docspasta.document.marks import Marks
from docspasta.document.parts import About, ending
from docspasta.document.plan import Entry, Plan
from docspasta.document.repeated import Repeated
from docspasta.document.rewrite import Links, page_part
from tests.loop_steps import cpu_seconds

SITE = "https://docs.example.org"


def facts_of(markdown: str, title: str, anchors: tuple[tuple[str, int], ...] = ()) -> Facts:
    at = markdown.find("# ")
    headings = (Heading(1, title, "", at),) if at >= 0 else ()
    first, last = edges(markdown.encode())
    page = Page(
        SITE, title=title, markdown=markdown, headings=headings, anchors=anchors, first=first, last=last
    )
    return decode(encode(page, [], []))


def document(
    pages: list[str], anchors: tuple[tuple[str, int], ...] = (), *, keeps_all: bool = False
) -> tuple[list[str], Links]:
    plan = Plan()
    plan.keeps_all = keeps_all
    for number in range(len(pages)):
        url = f"{SITE}/{number}"
        plan.add(Entry(number, url, f"Page {number}", page_anchor(url), UUID(int=number), 10))
    links = Links(plan, Marks(1000), Marks(1000))
    facts = [facts_of(text, f"Page {number}", anchors) for number, text in enumerate(pages)]
    for index, each in enumerate(facts):
        links.note(index, each)
    for name, _ in anchors:
        for index in range(len(pages)):
            links.linked.add(index, name)
    parts = [
        page_part(index, text.encode(), each, links).decode()
        for index, (text, each) in enumerate(zip(pages, facts, strict=True))
    ]
    return parts, links


def body(number: int) -> str:
    return "\n\n".join(f"Text {number} of paragraph {each}, which no other page has." for each in range(12))


LOGO, TAGS = "![](https://docs.example.org/logo.png)", "Tags: one, two"
LICENCE, FEEDBACK = "Licensed to you.", "Feel stuck? Go to [our chat](https://chat.example/{})!"


def page(number: int) -> str:
    tail = FEEDBACK.format(number)
    return f"{LOGO}\n\n# Page {number}\n\n{TAGS}\n\n{body(number)}\n\n{tail}\n\n{LICENCE}\n"


def test_what_repeats_at_the_edges_goes_and_is_told():
    parts, links = document([page(number) for number in range(8)])
    for number, part in enumerate(parts):
        assert part.count("## Page") == 1
        assert part.split("\n\n")[3].startswith(f"Text {number} of paragraph 0")
        assert part.rstrip("\n").endswith("paragraph 11, which no other page has.")
        assert "logo" not in part and "Tags" not in part and "chat" not in part
    told = "".join(ending(ABOUT, Plan(), None, links.repeated.told.values()))
    assert all(each in told for each in ("Tags: one, two", "Licensed to you.", "Feel stuck?"))


ABOUT = About("T", SITE, "g", True, 8, 0, "", 0, {})


def test_pages_without_what_repeats_stay_as_they_are():
    pages = [page(number) for number in range(8)]
    pages[3] = f"# Page 3\n\n{body(3)}\n"
    parts, _ = document(pages)
    assert parts[3].count("Text 3 of") == 12


def test_few_pages_lose_nothing():
    parts, _ = document([page(number) for number in range(4)])
    assert all(LICENCE in part and TAGS in part for part in parts)


def test_what_half_of_the_pages_have_stays():
    pages = [page(number) if number % 2 else f"# Page {number}\n\n{body(number)}\n" for number in range(8)]
    parts, _ = document(pages)
    assert LICENCE in parts[1]


KEPT = {
    "in the middle": f"# Page %\n\n@\n\n{LICENCE}\n\n@\n",
    "code": "# Page %\n\n@\n\n```\nsame()\n\nsame()\n```\n",
    "a table": "# Page %\n\n@\n\n| a |\n| --- |\n| b |\n",
    "a section's text": "# Page %\n\n@\n\n## Licence\n\nLicensed to you.\n",
    "all of the page": "# Page\n\nLicensed to you.\n",
    "half of a short page": "# Page %\n\nA: %\n\nLicensed to you, and to all others who read this page.\n",
    "an item's continuation": "# Page %\n\n@\n\n- @\n\n  Licensed to you.\n",
}


@pytest.mark.parametrize("form", KEPT.values(), ids=KEPT)
def test_content_that_repeats_stays(form: str):
    pages = [form.replace("@", body(number)).replace("%", str(number)) for number in range(8)]
    parts, links = document(pages)
    assert not links.repeated.told
    assert all(
        part.rstrip("\n").endswith(text.rstrip("\n")[-12:]) for part, text in zip(parts, pages, strict=True)
    )


def test_anchors_of_what_is_gone_stand_beside_the_pages_own():
    text = page(0)
    parts, _ = document([page(number) for number in range(8)], (("x", text.encode().find(b"Tags")),))
    assert parts[0].split("\n\n")[0].count("<a id=") == 2


def test_counts_do_not_depend_on_the_order_of_pages():
    seed = random.randrange(1 << 30)
    print("seed", seed)
    pages = [edges(page(number).encode()) for number in range(9)]
    shuffled = random.Random(seed).sample(pages, len(pages))
    one, other = Repeated(), Repeated()
    for each, again in zip(pages, shuffled, strict=True):
        one.note(*each)
        other.note(*again)
    text = page(3).encode()
    assert (
        one.ranges(*edges(page(3).encode()), -1, text)
        == other.ranges(*edges(page(3).encode()), -1, text)
        != []
    )


def test_a_list_item_that_goes_on_behind_a_blank_line_stays_whole():
    fact = "- **Namespace**\n\n  Polly"
    parts, links = document([f"# Page {number}\n\n{fact}\n\n{body(number)}\n" for number in range(9)])
    assert all(fact in part for part in parts)
    assert not links.repeated.told


def test_all_of_it_stays_where_the_job_asks_for_all():
    parts, links = document([page(number) for number in range(9)], keeps_all=True)
    assert all(text in part for part in parts for text in (LOGO, TAGS, LICENCE))
    assert not links.repeated.told


def test_a_long_block_costs_no_more_than_its_length():
    """`![` without end, which a search for links reads once for each: beside words of the same length."""

    def seconds(block: str, enough: float = 0.0) -> float:
        return cpu_seconds(lambda: edges(f"{block}\n\nwords\n".encode()), enough)

    most = 20 * seconds("no" * 20_000) + 0.05
    assert seconds("![" * 20_000, most) < most
