"""An index against what its sections hold, counted one by one."""

from __future__ import annotations

import random
from collections import Counter

from docspasta.search import index
from docspasta.search.blocks import Block, numbers_in
from docspasta.search.index import Segment
from docspasta.search.passages import Passage, fields, names
from docspasta.search.terms import NAMED, Terms, chunks, runs

WORDS = "task Task. tasks a_b x.y x/x --max C++ std::v<int> Über 関数 - && readText read_text".split()


def some(chance: random.Random) -> list[Passage]:
    found = []
    for number in range(40):
        prose, code = (" ".join(chance.choices(WORDS, k=chance.randrange(25))) for _ in range(2))
        heading = " ".join(chance.choices(WORDS, k=2))
        text = f"{prose}\n\n```\n{code}\n```\n" if number % 3 else prose
        anchors = chance.choices(["task", "x.y", "module-x"], k=number % 3)
        page = f"https://docs.example.org/{number // 4}.html"
        found.append(
            Passage(f"id{number}", number // 4, page, "Tasks", ["Tasks", heading], "", anchors, 1, text)
        )
    return found


def counted(passage: Passage, terms: Terms) -> tuple[Counter[str], Counter[str], int]:
    """What headings and the like count, what code and prose do, and the length."""
    fixed, body, length = Counter[str](), Counter[str](), 0
    found = fields(passage)
    for text, weight in (
        (found.heading, index.HEADING),
        (found.page, index.PAGE),
        (found.above, index.ABOVE),
        (found.symbols, index.SYMBOLS),
    ):
        each = int(16 * weight / (0.6 + 0.1 * len(runs(text))) + 0.5)
        for run in set(runs(text)):
            fixed.update(dict.fromkeys(terms.of(run), each))
    fixed.update(dict.fromkeys((NAMED + name for name in names(passage)), int(16 * index.NAME)))
    for text, weight in ((found.code, index.CODE), (found.prose, index.PROSE)):
        for chunk in chunks(text):
            length += 1
            for run in runs(chunk):
                body.update(dict.fromkeys(terms.of(run), int(16 * weight + 0.5)))
    return fixed, body, length


def weight(fixed: int, body: int, length: int, mean: float) -> int:
    norm = 1 - index.B + index.B * min(int(8 * length / mean + 0.5), index.LEVELS - 1) / 8
    count = (min(fixed, 255) + min(body, 255) / norm) / 16
    return max(int(255 * count / (index.K1 + count)), 1)


def test_a_posting_weighs_what_the_section_s_fields_add_up_to() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    sections, terms = some(random.Random(seed)), Terms("en")
    segment = Segment({})
    for one in sections:
        segment.add(one, "en")
    held: dict[str, dict[int, int]] = {}
    for _, data in segment.blocks():
        block = Block(data)
        for key, _ in block.beginning(b"t"):
            value = block.value(key) or b""
            numbers = numbers_in(value[: len(value) // 3 * 2], "H")
            held[key[1:].decode()] = dict(zip(numbers, value[len(value) // 3 * 2 :], strict=True))
    expected: dict[str, dict[int, int]] = {}
    read = [counted(one, terms) for one in sections]
    mean = sum(length for _, _, length in read) / len(read)
    for number, (fixed, body, length) in enumerate(read):
        for term in {*fixed, *body}:
            told = weight(fixed[term], body[term], length, mean)
            expected.setdefault(term, {})[number] = told
    assert held == expected
    assert {term: segment.frequency(term) for term in expected} == {
        term: len(numbers) for term, numbers in expected.items()
    }
    assert segment.frequency("nothing") == 0
