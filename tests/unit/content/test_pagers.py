"""The lines of links to a page's neighbours that stand at its edges, in no box of their own."""

from __future__ import annotations

import pytest

from docspasta.content import Page, read_page

URL = "https://docs.example.org/manual/valves.html"
TEXT = "A valve opens and closes. It may do so on its own when the pressure gets too high, or by hand."
CONTENT = f"<h1>Valves</h1><p>{TEXT}</p><p>{TEXT}</p>"
MARKDOWN = f"# Valves\n\n{TEXT}\n\n{TEXT}\n"
PICTURES = "<a href=a.html><img src=n.png alt=Next></a> <a href=b.html><img src=p.png alt=Previous></a>"
LINES = {
    "words with bars between": "<center><a href=index.html>Index</a> | <a href=b.html>Prev</a> | <a href=a.html>Next</a></center><hr>",
    "loose in the body": "<a href=index.html>Index</a> | <a href=b.html>Prev</a> | <a href=a.html>Next</a><hr>",
    "pictures": f"{PICTURES}<hr>",
    "labels before titles": "<br><b> Next:</b> <a href=a.html>Hoses</a><b> Up:</b> <a href=c.html>Parts</a><b> Previous:</b>"
    " <a href=b.html>Pipes and how they are laid</a> &nbsp; <b><a href=t.html>Contents</a></b><br><br><hr>",
    "in brackets": "<p>[ <a href=b.html>&lt; previous section</a> ] [ <a href=t.html>Up</a> ] [ <a href=a.html>next section &gt;</a> ]</p>",
    "another language": "<p><a href=b.html>Zurück</a> - <a href=t.html>Inhaltsverzeichnis</a> - <a href=a.html>Weiter</a></p>",
    "arrows alone": "<table><tr><td>[<a href=b.html> &lt;&lt; </a>]<td>[<a href=a.html> &gt;&gt; </a>]<td>&nbsp;<td>[<a href=t.html"
    ">Top</a>]<td>[<a href=about.html> ? </a>]</table><hr>",
    "chapters by their numbers": "<p>[ <a href=b.html>previous</a> ] [ <a href=t.html>Contents</a> ] [ <a href=1.html>1</a> ]"
    " [ 2 ] [ <a href=2-1.html>2.1</a> ] [ <a href=A.html>A</a> ] [ <a href=a.html>next</a> ]</p>",
    "a table": "<table><tr><td><a href=b.html>&lt;&lt; Prev</a><td><a href=a.html>Next &gt;&gt;</a></table>",
}


def read(body: str) -> Page:
    page = read_page(f"<title>Valves</title><body>{body}</body>".encode(), URL)
    assert page.reason == ""
    return page


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_they_are_no_content_and_name_the_neighbours(line: str) -> None:
    for body in (line + CONTENT, CONTENT + "<hr>" + line, line + CONTENT + line):
        page = read(body)
        assert page.markdown == MARKDOWN
        assert {link.url.rpartition("/")[2] for link in page.links} >= {"a.html", "b.html"}
    page = read(line + CONTENT)
    assert (page.rel_next[-6:], page.rel_prev[-6:]) == ("a.html", "b.html")


def test_whose_the_page_is_goes_from_behind_them() -> None:
    address = "<address>The keepers<br>2009-05-03</address>"
    assert read(CONTENT + "<hr>" + PICTURES + address).markdown == MARKDOWN
    assert read(CONTENT + "<hr>" + address).markdown == MARKDOWN
    assert "The keepers" in read(CONTENT + address).markdown


@pytest.mark.parametrize(
    "line",
    [
        "<p><a href=a.html>Hoses</a> | <a href=b.html>Pipes</a></p>",
        "<p>See <a href=a.html>next</a> and <a href=b.html>previous</a> to go on.</p>",
        "<p><a href=t.html>Contents</a> | <a href=i.html>Index</a></p>",  # no neighbour
    ],
)
def test_what_only_looks_like_them_stays(line: str) -> None:
    assert "html)" in read(CONTENT + line + f"<p>{TEXT}</p>" + CONTENT).markdown
    assert "html)" in read(CONTENT + line).markdown


def test_a_heading_that_the_title_names_without_its_number_is_the_pages_own() -> None:
    page = read_page(b"<title>Pump: Loops</title><h2>3.1 Loops</h2><p>" + TEXT.encode(), URL)
    assert page.markdown.startswith("## 3.1 Loops\n")


def test_of_several_next_pages_in_the_head_the_last_is_the_next_to_read() -> None:
    links = '<link rel="next" href="node27.html"><link rel="previous" href="node4.html"><link rel=next href="node6.html">'
    page = read_page(
        f"<title>New</title>{links}<h1>New</h1><p>What is new.</p>".encode(), "https://a.example/node5.html"
    )
    assert (page.rel_next, page.rel_prev) == ("https://a.example/node6.html", "https://a.example/node4.html")


def test_the_name_of_a_manual_above_its_address_is_no_content() -> None:
    line = "<hr><p>[ <a href=b.html>previous</a> ] [ <a href=a.html>next</a> ]</p>"
    imprint = "<hr>\n<p>A Manual of Valves</p>\n<address>version 0.1<br></address><hr>"
    assert read(CONTENT + line + imprint).markdown == MARKDOWN
    assert (
        read(CONTENT + "<hr><p>Valves close.</p><address>Ann</address>").markdown.count("Valves close.") == 1
    )
