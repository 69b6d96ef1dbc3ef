"""What links cost, told from some pages of many."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from docspasta.document.plan import Entry, Plan
from docspasta.exports.book import PageText
from docspasta.exports.folders import Sum
from docspasta.exports.unlink import without_links
from docspasta.exports.unlinked import SAMPLE_BYTES, SAMPLE_PAGES, Share, sample, share_of
from docspasta.tokens import estimated_tokens


def plan_of(sizes: list[int]) -> Plan:
    plan = Plan()
    for n, size in enumerate(sizes):
        plan.add(Entry(n, f"https://a.example/{n}", f"Page {n}", f"p{n}", UUID(int=n), size))
    return plan


def page(n: int, markdown: bytes) -> PageText:
    return PageText(n, n, f"https://a.example/{n}", "", f"p{n}", "", "", 0, markdown, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 1, SAMPLE_PAGES, SAMPLE_PAGES + 1, 1000, 100_000])
def test_pages_come_from_all_over(count: int) -> None:
    chosen = sample(plan_of([1000] * count))
    assert chosen == sorted(set(chosen)) and len(chosen) == min(count, SAMPLE_PAGES)
    if count > 2 * SAMPLE_PAGES:
        gaps = [after - before for before, after in zip([0, *chosen], [*chosen, count], strict=True)]
        assert max(gaps) < 4 * count / SAMPLE_PAGES, "no part of the site is passed over"


def test_few_bytes_are_read_but_one_page_at_least() -> None:
    assert len(sample(plan_of([10 * SAMPLE_BYTES] * 5))) == 1
    assert len(sample(plan_of([SAMPLE_BYTES // 10] * 1000))) == 10


def test_some_pages_tell_of_all() -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    texts = []
    for _ in range(2000):
        words = rng.choices((b"word", b"[word](https://a.example/path#part)"), (85, 15), k=200)
        texts.append(b" ".join(words))
    plan = plan_of([len(text) for text in texts])
    told = share_of(page(n, texts[n]) for n in sample(plan)).of(
        Sum(2000, 2000, round(sum(map(estimated_tokens, texts))), sum(map(len, texts)))
    )
    left = [without_links(text) for text in texts]
    assert told.tokens == pytest.approx(sum(map(estimated_tokens, left)), rel=0.08)
    assert told.bytes == pytest.approx(sum(map(len, left)), rel=0.08)


def test_without_a_text_nothing_is_told() -> None:
    assert share_of([]) == share_of([page(0, b"")]) == Share()
