"""Pages that are nothing but the site's answer for an address that cannot exist."""

import pytest

from docspasta.content import read_page
from docspasta.document.no_such_page import NoSuchPage
from docspasta.document.order import StoredPage

SITE = "https://docs.example.org/"
PROBE = "docspasta-nosuchpage"
TEXT = "{} explains how the valve opens, how long it stays open and what the operator sees meanwhile."


def made_for(address: str, title: str, text: str) -> StoredPage[int]:
    """A page that a template makes of the last part of an address."""
    name = address.rsplit("/", 1)[-1]
    html = f"<title>{title}</title><main><h1>{title}</h1><p>{text}</p></main>".format(*[name] * 5)
    page = read_page(html.encode(), SITE + address)
    return StoredPage(1, page.url, address, depth=1, likeness=page.likeness, title=page.title)


def is_answer(title: str, text: str, address: str = "guide/open-valve", depth: int = 1) -> bool:
    probe = made_for(PROBE, title, text)
    page = made_for(address, title, text)._replace(depth=depth)
    return NoSuchPage(probe.likeness, probe.title).is_answer(page)


@pytest.mark.parametrize(
    "title",
    [
        "Lost in the docs",
        "{} was not found",
        "Oops: {}",
        "Wir haben {} nicht",
        "{} n'existe pas",
        "无法打开 {}",
    ],
)
def test_the_answer_for_an_impossible_address_is_no_page(title):
    assert is_answer(title, "Our keepers look for {} day and night.")


@pytest.mark.parametrize("title", ["{}", "At {}", "Lesson {}", "The {} command"])
def test_a_template_of_few_words_makes_pages(title):
    assert not is_answer(title, TEXT)


def test_where_the_job_was_started_is_a_page_and_so_is_all_where_the_answer_is_unknown():
    assert not is_answer("Lost", "Nobody knows {}.", depth=0)
    assert not NoSuchPage().is_answer(made_for("a", "Lost", "Nobody knows {}."))


def test_a_page_of_other_words_is_a_page():
    probe = made_for(PROBE, "Lost", "Nobody knows {}.")
    other = made_for("guide/valve", "Lost", "Lost property is kept at the {} for thirty days.")
    assert not NoSuchPage(probe.likeness, probe.title).is_answer(other)
