"""What the titles of a site share, and what its document is called."""

from __future__ import annotations

import random

import pytest

from docspasta.document.titles import Shared, common_title, document_title, named_by_address, shared

PAGES = ("Install", "Use", "Configure: files", "A - B", "Valves")


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("{} | Valve", "Valve"),
        ("{} — Valve documentation", "Valve documentation"),
        ("{} - Valve docs", "Valve docs"),
        ("{} · Valve", "Valve"),
        ("Valve: {}", "Valve"),
        ("Valve » {}", "Valve"),
        ("{} | Guide | Valve", "Guide | Valve"),
    ],
)
def test_the_tail_or_head_that_most_titles_share_is_the_sites_name(form, name):
    titles = [form.format(page) for page in PAGES]
    random.Random(1).shuffle(titles)
    found = shared([*titles, name, "Changes"])
    assert found.name == name
    assert [found.without(form.format(page)) for page in PAGES] == list(PAGES)
    assert found.without(name) == name and found.without("Changes") == "Changes"


def test_titles_of_their_own_share_nothing():
    assert shared(["A - B", "C | D", "Install", "Use", "E - F"]) == Shared()
    assert shared(["Install | Valve", "Use | Valve"]) == Shared()  # two pages are no site
    assert shared([]) == Shared()


@pytest.mark.parametrize(
    ("start", "site_name", "titles", "title"),
    [
        ("Installation", "", ["Installation | Knex.js", "Use | Knex.js", "API | Knex.js"], "Knex.js"),
        ("Introduction", "Valve", ["Introduction"], "Valve"),
        ("Welcome", "", ["A - V docs", "B - V docs", "C - V docs"], "V docs"),
        ("Valve handbook", "", ["A - Valve", "B - Valve", "C - Valve"], "Valve handbook"),
        ("Great Tables | Great Tables", "", [f"{p} | Great Tables" for p in PAGES], "Great Tables"),
        ("The valve book", "", ["The valve book", "Two", "Three"], "The valve book"),
        ("Overview", "", ["Overview", "Two"], "Overview"),
        ("Welcome to Valve", "", [f"{p} | Valve" for p in PAGES], "Valve"),
        ("Welcome to the Valve handbook!", "", ["One", "Two", "Three"], "Valve handbook"),
        ("Welcome to Valve’s documentation!", "", [f"{p} — Valve 2 docs" for p in PAGES], "Valve 2 docs"),
        ("Willkommen beim Ventil", "", ["Eins"], "Willkommen beim Ventil"),
        ("Bienvenue dans la vanne", "", ["Un"], "vanne"),
        ("", "", [], ""),
    ],
)
def test_the_document_is_called_after_the_site_unless_its_start_names_it(start, site_name, titles, title):
    assert document_title(start, site_name, shared(titles)) == title


def test_a_title_that_most_pages_have_names_none_of_them():
    assert common_title({"Valve": 22, "Install": 1}) == "Valve"
    assert common_title({"Valve": 3, "Install": 0}) == "", "too few to tell"
    assert common_title({"Valve": 5, "a": 1, "b": 1, "c": 1, "d": 1, "e": 1}) == ""
    assert common_title({}) == ""


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/components/AppComponent.html", "AppComponent"),
        ("/guide/first%20steps/", "first steps"),
        ("/guide/index.html", "guide"),
        ("/", "Valve"),
    ],
)
def test_a_page_whose_title_names_none_is_called_by_its_address(address, title):
    assert named_by_address(f"https://docs.example.org{address}", "Valve") == title
