"""Selectors are judged before a page is converted with them, and judging one costs little."""

from __future__ import annotations

import time

import pytest

from docspasta.content import Options, read_page
from docspasta.content.selector_grammar import is_selector, without_comments
from docspasta.content.selectors import MAX_SELECTOR, exclusion_mistake, selector_mistake

LONG = [
    ":has(" * 160 + "p" + ")" * 160,
    ":not(" * 160 + "p" + ")" * 160,
    "* " * 499,
    ":nth-child(2n+1 of p)" * 47,
    *(
        "a|" * 500,
        "[a='" + "\\'" * 490,
        "[a" + " " * 990,
        "a" + " " * 998 + ",",
        "-" * 1_000,
        "/*" * 500,
        "/**/" * 250,
        "\\a " * 333,
    ),
    *(":nth-child(" + " " * 980, ":lexbor-contains('" + "\\'" * 480, "a:has(" + " > " * 330),
]


@pytest.mark.parametrize(
    "selector", ["*|*", "*", "html", "body", ":root", ":has(p)", ":not(main)", "main, *|body"]
)
def test_an_exclusion_of_every_page_is_refused(selector: str) -> None:
    assert "nothing would be left" in exclusion_mistake(selector)
    assert not selector_mistake(selector)


@pytest.mark.parametrize(
    ("selector", "plain"),
    [
        ("/* the menu */ .nav/**/.open , p /* , * */ > a", " .nav.open , p  > a"),
        ("[a='/* b */'] /* it's */ p", "[a='/* b */']  p"),
        ("a/* x */b", "a/* x */b"),
        ("a /* never closed", "a /* never closed"),
        ("\\/*/p", "\\/*/p"),
        ("a/**//**/b", "a/**//**/b"),
        (".é/**/é", ".é/**/é"),
    ],
)
def test_comments_in_selectors_say_nothing(selector: str, plain: str) -> None:
    assert without_comments(selector) == plain
    assert bool(selector_mistake(selector)) == ("/*" in plain.replace("'/* b */'", ""))
    if not selector_mistake(selector):
        html = (
            b"<title>T</title><main><h1>T</h1><p>Some words that stay.</p><div class=nav>Menu.</div></main>"
        )
        assert not read_page(
            html, "https://e.example/", options=Options(exclude_selectors=(selector,))
        ).detail


@pytest.mark.parametrize("selector", ["nav", ".note p", "main *", "html > body > nav", "body *", ":has(.ad)"])
def test_others_are_not(selector: str) -> None:
    assert not exclusion_mistake(selector) and not selector_mistake(selector)


TAKEN = [
    *(
        "a>b",
        "a  >  b",
        " a , b ",
        "p:has(> a)",
        "p:has(+ a, ~ b)",
        "*|*",
        "x|p",
        "#1a",
        ".--x",
        ".md\\:flex",
    ),
    *(
        "[a]",
        "[ a = 'b' ]",
        "[a=b i]",
        "[href^='/']",
        '[x|a$="b\'c"]',
        "[a='\\'']",
        ".\\31 0",
        "é.ü",
        "p:NOT( a )",
    ),
    *(
        "p:nth-child(2n + 1 of a, b)",
        "p:nth-child(-n+3)",
        "p:nth-last-child( odd of .a )",
        "td:nth-of-type(2)",
    ),
    *(
        ":root > *",
        ":is(a, b):first-child:not(.c)",
        "p:lexbor-contains('a' i)",
        ":not(" * 10 + "p" + ")" * 10,
    ),
]
REFUSED = [
    *(
        "",
        " ",
        "[",
        ":nope",
        "a,,b",
        ",a",
        "a,",
        "> a",
        "a >",
        "a >> b",
        ":is()",
        ":not(",
        ":is(a",
        ":is(a,)",
        "a)",
    ),
    *(
        "a||b",
        "p::before",
        ":lexbor-contains()",
        ":lexbor-contains('a",
        "[a='b",
        "[a=1]",
        ".1",
        "a/**/b",
        "\\",
    ),
    *("a\0b", "p:nth-child(of a)", "p:nth-child(٣)", ":not(" * 11 + "p" + ")" * 11, "p" * (MAX_SELECTOR + 1)),
    *(":is(:lexbor-contains()-)[a=b:l", ":lexbor-contains()<!--\n||", ":slotted(p)", ":host-context(p)"),
]


@pytest.mark.parametrize("selector", TAKEN)
def test_what_the_field_writes_is_taken(selector: str) -> None:
    assert is_selector(selector)
    assert not selector_mistake(selector)


@pytest.mark.parametrize("selector", REFUSED)
def test_the_parser_is_asked_about_selectors_only(selector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is none has made it crash, and with it the process that judges everybody's jobs."""
    asked: list[str] = []
    monkeypatch.setattr("docspasta.content.selectors.LexborHTMLParser", asked.append)
    assert selector_mistake(selector)
    assert not asked


@pytest.mark.parametrize("selector", REFUSED)
def test_what_is_no_selector_is_refused(selector: str) -> None:
    assert selector_mistake(selector) == exclusion_mistake(selector) != ""


@pytest.mark.parametrize("selector", LONG)
def test_judging_costs_little(selector: str) -> None:
    selector = selector[:MAX_SELECTOR]
    took = []
    for _ in range(5):
        began = time.thread_time()
        exclusion_mistake(selector)
        took.append(time.thread_time() - began)
    assert min(took) < 0.002
