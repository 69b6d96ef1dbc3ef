"""Sites that never end: how many pages of each kind of trap are followed, by one processor or by two."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from docspasta.content.sameness import likeness
from services.processor.repeats import AGAIN, Repeats

PARTS = 10
FORM = (
    "Read the task of this lesson twice, then close the book and try it. Write down what you did, what went"
    " wrong and what surprised you. Compare your notes with those of the lesson before, and ask a friend to"
    " read them. When both are content, tick the box below, put the tools back where they were and go on."
)
LIMIT = 200  # fetches after which a trap of ten pages must have ended


class Page(NamedTuple):
    page_id: int
    url_key: str
    content_hash: str
    likeness: str


Site = Callable[[int, str], tuple[str, str, list[str]]]  # number, address: content, likeness, links


def session_in_each_link(number: int, address: str) -> tuple[str, str, list[str]]:
    part = address.rpartition("/")[2]
    return part, part, [f"{number}/p{n}" for n in range(PARTS)]


def session_in_the_text(number: int, address: str) -> tuple[str, str, list[str]]:
    return f"{number}", "part", [f"{number}/p{n}" for n in range(PARTS)]


def answer_for_every_address(number: int, address: str) -> tuple[str, str, list[str]]:
    return "lost", "lost", [f"{address}/{word}" for word in ("help", "contact", "about")]


def calendar(number: int, address: str) -> tuple[str, str, list[str]]:
    return address, "month", [f"{address}+", f"{address}-"]


def a_new_word_on_each_page(number: int, address: str) -> tuple[str, str, list[str]]:
    word = "".join("bcdfghklmn"[int(digit)] + "o" for digit in str(number))
    text = (
        f"# Results\n\nThe entries of this store, the newest first. The word of this page is {word}.".encode()
    )
    following = number + 1
    return f"{number}", likeness(text, f"https://a.example/list?n={number}"), [f"list?n={following}"]


def lessons(number: int, address: str) -> tuple[str, str, list[str]]:
    """Pages of one form, each with a task of its own in a dozen words, which only lead to the next."""
    draw = random.Random(number)
    task = " ".join(
        draw.choice("bcdfgh") + draw.choice("aeiou") + draw.choice("klmnp") + "er" for _ in range(4)
    )
    task += " " + " ".join(
        f"{word}{'abcdefghij'[number % 10]}" for word in "carry count fold lift mark pour rinse".split()
    )
    text = f"# Lesson {number}\n\n{FORM}\n\n{task}".encode()
    return f"{number}", likeness(text, f"https://a.example/lesson/{number}"), [f"lesson/{number + 1}"]


def walk(site: Site, processors: int) -> int:
    """How many pages are fetched of a site, up to 1,000: each by the next of the processors, which first
    learns what the others recorded."""
    knows = [Repeats() for _ in range(processors)]
    recorded: list[tuple[Page, list[str]]] = []
    known, waiting = {"0/home"}, deque(["0/home"])
    while waiting and len(recorded) < 1_000:
        number, address = len(recorded), waiting.popleft()
        content, likeness, links = site(number, address)
        mine = knows[number % processors]
        for other, others in recorded[mine.version :]:
            mine.follow(other, others)
        page = Page(number, address, content, likeness)
        followed = mine.follow(page, links)
        recorded.append((page, links))
        mine.version = len(recorded)
        new = [link for link in links if followed and link not in known]
        known.update(new)
        waiting.extend(new)
    return len(recorded)


@pytest.mark.parametrize("processors", [1, 2, 4])
@pytest.mark.parametrize(
    "site",
    [
        session_in_each_link,
        session_in_the_text,
        answer_for_every_address,
        calendar,
        a_new_word_on_each_page,
    ],
)
def test_traps_end(site: Site, processors: int) -> None:
    assert walk(site, processors) < LIMIT


def test_numbered_pages_that_say_little_and_lead_only_to_the_next_are_followed() -> None:
    assert walk(lessons, 1) == walk(lessons, 2) == 1_000


def pages(count: int, content: Callable[[int], str]) -> Iterator[Page]:
    return (Page(n, str(n), content(n), f"{content(n)}?") for n in range(count))


def test_pages_that_stand_under_two_addresses_are_followed_while_they_are_few() -> None:
    repeats = Repeats()
    for page in pages(200, str):
        assert repeats.follow(page, ())
    again = [repeats.follow(page._replace(page_id=1_000 + page.page_id), ()) for page in pages(200, str)]
    assert again == [True] * (AGAIN + 20) + [False] * (200 - AGAIN - 20)


def test_the_same_page_gets_the_same_answer_again() -> None:
    repeats = Repeats()
    copies = [Page(n, str(n), "same", "same") for n in range(9)]
    first = [repeats.follow(page, ()) for page in copies]
    assert [repeats.follow(page, ()) for page in copies] == first
