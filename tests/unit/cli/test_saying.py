"""Lines for people in terminals of any width."""

from __future__ import annotations

import io

from docspasta.cli.saying import say, wrapped

SUMMARY = "1,169 pages, 856,202 words, ≈ 881,286 tokens, 4.5 MB of Markdown in 15.8 s (0.7 pages/s)"


def test_lines_break_between_words_below_their_indentation():
    assert wrapped(SUMMARY, 80).split("\n") == [
        "1,169 pages, 856,202 words, ≈ 881,286 tokens, 4.5 MB of Markdown in 15.8 s (0.7",
        "  pages/s)",
    ]
    assert wrapped("  2 http_status: The server answered with an error status.", 40).split("\n") == [
        "  2 http_status: The server answered",
        "    with an error status.",
    ]


def test_an_address_stays_whole_and_a_line_that_fits_as_it_is():
    address = "https://docs.example.org/" + "long-" * 20
    assert address in wrapped(f"      HTTP 404 ({address}, linked from https://a/)", 40).split("(")[1]
    assert wrapped("  two   blanks", 40) == "  two   blanks"


def test_what_is_no_terminal_gets_the_lines_as_they_are():
    out = io.StringIO()
    say(SUMMARY, "", to=out)
    assert out.getvalue() == f"{SUMMARY}\n\n"
