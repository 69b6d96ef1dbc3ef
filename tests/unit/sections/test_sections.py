"""Sections: a page without gaps, no larger than they may be, cut where it hurts least, with ids that stay."""

from __future__ import annotations

import random

import pytest

from docspasta.sections import LIMIT, cut, sections
from docspasta.sections.lines import lines

from .markdown import page

URL = "https://docs.example.org/a"


def tokens(text: bytes) -> float:
    return len(text) / 4


def found(markdown: str, limit: float = LIMIT):
    data, headings, at, code = markdown.encode(), [], 0, False
    for line in data.splitlines(keepends=True):
        code ^= line.startswith(b"```")
        if line.startswith(b"#") and not code:
            mark, _, text = line.decode().strip().partition(" ")
            headings.append((len(mark), text, text.lower(), at))
        at += len(line)
    return list(sections(URL, data, headings, tokens, limit))


def texts(markdown: str, limit: float = LIMIT) -> list[str]:
    return [section.text for section in found(markdown, limit)]


@pytest.mark.parametrize("seed", range(60))
def test_a_page_is_its_sections_without_a_gap(seed):
    rng = random.Random(seed)
    markdown, headings = page(rng, rng.randint(1, 30))
    made = list(sections(URL, markdown, headings, tokens, limit := rng.choice((30, 100, 400))))
    assert [section.start for section in made] == [0, *(section.end for section in made[:-1])]
    assert made[-1].end == len(markdown)
    for section in made:
        assert tokens(markdown[section.start : section.end]) <= limit
    assert len({section.id for section in made}) == len(made)


def test_each_heading_begins_a_section_with_its_path():
    made = found("Before.\n\n# A\n\nText.\n\n## B\n\nMore.\n\n# C\n\nLast.\n")
    assert [section.path for section in made] == [(), ("A",), ("A", "B"), ("C",)]
    assert [section.anchor for section in made] == ["", "a", "b", "c"]


def test_a_heading_without_a_text_stands_with_what_follows():
    assert texts("# A\n\n## B\n\nText.\n") == ["# A\n\n## B\n\nText."]


@pytest.mark.parametrize(
    "block",
    [
        "```py\n" + "x = 1\n\n" * 30 + "```",
        "- one\n" + "  more of it\n" * 20,
        "| a | b |\n| --- | --- |\n| " + "cell " * 40 + "| b |",
        "1. one\n\n   ```sh\n   run\n\n   more\n   ```",
        "> quoted\n>\n" + "> more\n" * 25,
        "<details>\n<summary>More</summary>\n\nInside.\n\nStill.\n\n</details>",
    ],
)
def test_what_fits_is_never_cut_inside(block):
    made = texts("# A\n\n" + "Text. " * 25 + f"\n\n{block}\n\n" + "After. " * 20, 80)
    assert any(block.strip() in text for text in made)


def test_a_list_is_cut_between_its_items_and_a_table_between_its_rows():
    items = texts("# A\n\n" + "".join(f"- item {n}\n  - below\n" for n in range(40)), 60)
    assert all(text.startswith(("# A", "- item")) and text.endswith("below") for text in items)
    rows = texts("| a | b |\n| --- | --- |\n" + "".join(f"| {n} | row |\n" for n in range(60)), 60)
    assert all(text.startswith("| ") and text.endswith(" |") for text in rows) and len(rows) > 2


def test_a_code_block_that_is_too_long_is_closed_and_opened_again():
    made = texts("- item\n\n  ```py\n" + "  x = 1\n" * 60 + "  ```\n", 60)
    assert made[0] == "- item" and len(made) > 3
    assert all(text.startswith("  ```py\n  x = 1\n") and text.endswith("\n  ```") for text in made[1:])
    assert all(text.count("```") == 2 for text in made[1:])


def test_a_long_line_is_cut_between_words_and_never_inside_a_character():
    assert all(not text.startswith("ord") for text in texts("word " * 500, 20))
    assert "".join(texts("日本語" * 200, 20)) == "日本語" * 200


def test_ids_stay_when_other_sections_change_and_differ_for_the_same_text():
    one = found("# A\n\nText.\n\n# B\n\nSame.\n\n# B\n\nSame.\n")
    two = found("# A\n\nOther text, longer.\n\n# B\n\nSame.\n\n# B\n\nSame.\n")
    assert [a.id == b.id for a, b in zip(one, two, strict=True)] == [False, True, True]
    assert one[1].id != one[2].id and one[1].hash == one[2].hash


def test_the_first_piece_may_be_smaller():
    markdown = b"".join(b"Paragraph %d of it.\n\n" % n for n in range(40))
    begins = cut(markdown, None, 50, tokens, 10)
    sizes = [
        b - a
        for a, b in zip(
            [0, *[x.start for x in begins[1:]]], [x.start for x in begins[1:]] + [len(markdown)], strict=True
        )
    ]
    assert sizes[0] <= 40 and max(sizes[1:]) <= 200 and len(begins) > 3


def test_lines_put_together_are_the_text():
    rng = random.Random(7)
    markdown, headings = page(rng, 20)
    made = list(lines(markdown, [h[3] for h in headings], 32))
    assert b"".join(markdown[line.start : line.end] for line in made) == markdown
    assert max(line.end - line.start for line in made) <= 32
