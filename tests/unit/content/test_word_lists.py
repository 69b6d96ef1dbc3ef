"""Paragraphs of Word's HTML that are items of lists."""

from __future__ import annotations

from docspasta.content.word_lists import as_lists

BLANKS = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span>"


def item(marker: str, text: str, style: str = "", place: str = "Middle") -> str:
    return f"<p class=MsoListParagraphCxSp{place} style='{style}'>{marker}{BLANKS}{text}</p>"


def lists(html: str) -> str:
    return as_lists(html.encode()).decode()


def test_levels_follow_margins_and_markers_say_which_list() -> None:
    html = item("1.", "a") + "\n" + item("<b>·</b>", "b", "margin-left:72.0pt") + item("2.", "c") + "<p>d</p>"
    assert lists(html) == "<ol start=1><li>a<ul><li>b</li></ul></li><li>c</li></ol><p>d</p>"


def test_markers_stand_in_spans_and_behind_conditions() -> None:
    marker = "<![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·"
    html = f'<p class="MsoListParagraph">{marker}{BLANKS}</span></span><![endif]><span>a</span></p>'
    assert lists(html) == "<ul><li><span>a</span></li></ul>"


def test_what_stands_between_parts_lists_and_what_has_no_marker_stays() -> None:
    html = item("·", "a") + "<p>b</p>" + item("·", "c") + "<p class=MsoListParagraph>d</p>"
    assert lists(html) == "<ul><li>a</li></ul><p>b</p><ul><li>c</li></ul><p class=MsoListParagraph>d</p>"


def test_another_kind_of_marker_is_another_list() -> None:
    assert lists(item("·", "a") + item("a)", "b")) == "<ul><li>a</li></ul><ol><li>b</li></ol>"


def test_broken_paragraphs_stay_as_they_are() -> None:
    for html in (
        "<p class=MsoListParagraph",
        "<p class=MsoListParagraph>a",
        "MsoListParagraph</p>",
        "<p>MsoListParagraph",
    ):
        assert lists(html) == html


def test_many_paragraphs_cost_little() -> None:
    html = ("<p class=MsoListParagraph>" * 30_000 + "</p>").encode()
    assert as_lists(html) == html
