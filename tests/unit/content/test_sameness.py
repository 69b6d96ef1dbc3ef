"""One page under two addresses is equal; two pages are not."""

from __future__ import annotations

from collections import Counter
from random import Random

from docspasta.content import Page, read_page
from docspasta.content.sameness import answer, kind

WORDS = "<p>The valve opens when the wheel turns and the lamp is green.</p>"


def at(url: str, html: str) -> Page:
    return read_page(
        f"<!doctype html><title>A</title><main>{html}</main>".encode(), "https://site.example" + url
    )


def test_links_into_the_page_and_relative_links_are_no_difference() -> None:
    html = (
        '<h1>A</h1><p>See <a href="#x">below</a> and <a href="b">B</a> <img src="i.png" alt="i">.</p><h2 id=x>X</h2>'
        + WORDS
    )
    assert at("/a", html).content_hash == at("/a.html", html).content_hash == at("/b/", html).content_hash


def test_footnotes_are_no_difference() -> None:
    html = '<h1>A</h1><p>Text<sup><a href="#fn1" id=fnref1>1</a></sup> of this page.</p><div class=footnotes><ol><li id=fn1><p>The note itself. <a href="#fnref1">back</a></p></li></ol></div>'
    assert at("/a", html + WORDS).content_hash == at("/index", html + WORDS).content_hash


def test_the_page_s_own_address_in_its_text_is_no_difference() -> None:
    html = "<h1>Nothing here</h1><p>The address {} was moved.</p>" + WORDS
    one, other = at("/docs/a", html.format("/docs/a")), at("/docs/b/c", html.format("/docs/b/c"))
    assert one.content_hash == other.content_hash


def test_other_words_are_a_difference() -> None:
    assert at("/a", "<h1>A</h1>" + WORDS).content_hash != at("/a", "<h1>B</h1>" + WORDS).content_hash
    stub = "<h1>{}</h1><p>This class has no description of its own.</p>"
    assert at("/api/Foo", stub.format("Foo")).content_hash != at("/api/Bar", stub.format("Bar")).content_hash


def test_pages_made_for_every_address_are_alike() -> None:
    month = "<h1>Calendar of {}</h1><p>No events take place in {}.</p><a href=next>next</a>"
    assert (
        at("/cal/2024/5", month.format("May 2024", "May")).likeness
        == at("/cal/2031/12", month.format("December 2031", "December")).likeness
    )
    tag = "<h1>Tag {}</h1><p>There are no entries for {} so far.</p>"
    assert (
        at("/tag/valve", tag.format("valve", "valve")).likeness
        == at("/tag/wheel+lamp", tag.format("wheel lamp", "Wheel+Lamp")).likeness
    )
    token = "<h1>In session {}</h1><p>You are welcome to this page of ours.</p>"
    assert (
        at("/s/a8f3c1/p1", token.format("a8f3c1")).likeness
        == at("/s/b2d4e9/p7", token.format("b2d4e9")).likeness
    )
    assert at("/a", "<h1>A</h1>" + WORDS).likeness != at("/a", "<h1>B</h1>" + WORDS).likeness


STORY = (
    "<h1>Results</h1><p>The list below names every entry that was found in the store so far, newest entries "
    "first. Choose one of them to read it whole, or go on to the next part of this list.</p><p>Also: {}</p>"
)


def asked(number: int, word: str, address: str = "/list?n={}") -> str:
    return kind(at(address.format(number), STORY.format(word)).likeness)


def test_pages_asked_by_a_query_are_of_a_kind_though_each_says_a_new_word() -> None:
    words = [
        "".join(choice("bcdfghklmnprst") + choice("aeiou") for choice in 4 * [Random(n).choice])
        for n in range(60)
    ]
    for address in ("/list?n={}", "/list/{}", "/list/{}/"):
        kinds = Counter(asked(n, word, address) for n, word in enumerate(words))
        assert kinds.most_common(1)[0][1] > 40
    answers = {answer(at("/list?n=1", STORY.format(word)).likeness) for word in words}
    assert len(answers) == len(set(words))


def test_articles_under_queries_are_of_no_kind() -> None:
    random = Random(7)
    texts = [" ".join("".join(random.choices("abcdefgh", k=5)) for _ in range(40)) for _ in range(60)]
    assert len({asked(n, text) for n, text in enumerate(texts)}) > 55


def test_the_answer_to_any_address_is_known_again_behind_a_query() -> None:
    assert (
        answer(at("/kb?id=7", "<h1>Gone</h1>" + WORDS).likeness) == at("/x", "<h1>Gone</h1>" + WORDS).likeness
    )
