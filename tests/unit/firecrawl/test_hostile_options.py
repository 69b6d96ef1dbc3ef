"""Whatever JSON is sent as options: settings come of it, or a sentence, and nothing else."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest

from docspasta.v1.search_pb2 import SearchRequest
from gateway.firecrawl.map_options import map_of
from gateway.firecrawl.options import batch_of, crawl_of, page_of, page_warning
from gateway.firecrawl.search_options import search_of
from gateway.problems import Problem

NAMES = (
    "url urls limit includePaths excludePaths regexOnFullURL maxDiscoveryDepth sitemap ignoreSitemap "
    "ignoreQueryParameters crawlEntireDomain allowExternalLinks allowSubdomains ignoreRobotsTxt delay "
    "maxConcurrency ignoreInvalidURLs formats headers includeTags excludeTags onlyMainContent webhook "
    "sources includeDomains excludeDomains query tbs "
    "scrapeOptions appendToId actions mobile proxy waitFor events metadata type search timeout"
)
KEYS = [*NAMES.split(), "\ud800", "a" * 300, ""]
TEXTS = ("", "a", "https://x.example/a", "\ud800", "\x00", "é" * 5000, "rawHtml", "only", "page", "x.example")
NUMBERS = (0, 1, -1, 2**31 - 1, 2**31, 10**400, 1e308, -0.5, 1.5, True, False, None)


def value(draw: random.Random, depth: int = 0) -> Any:
    match draw.randrange(6 if depth < 4 else 2):
        case 0:
            return draw.choice(TEXTS)
        case 1:
            return draw.choice(NUMBERS)
        case 2 | 3:
            return [value(draw, depth + 1) for _ in range(draw.randrange(4))]
        case _:
            return {draw.choice(KEYS): value(draw, depth + 1) for _ in range(draw.randrange(5))}


def test_nothing_but_a_sentence_refuses_options() -> None:
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"SEED={seed}")
    draw = random.Random(seed)
    served = 0
    for _ in range(3_000):
        body = {key: value(draw) for key in draw.sample(KEYS, draw.randrange(5))}
        if draw.random() < 0.8:
            body |= {"url": "https://x.example/docs/", "urls": ["https://x.example/", draw.choice(TEXTS)]}
        for call in crawl_of, batch_of, map_of, search_of, page_of, page_warning:
            try:
                asked = call(body)
            except Problem as problem:
                assert problem.http_status == 400
                json.dumps(problem.detail, ensure_ascii=False).encode()
                continue
            served += 1
            if call is page_warning:
                asked.encode()
            elif call is search_of:
                asked.wants("https://x.example/")
                SearchRequest(query=asked.query).SerializeToString()
            elif call is page_of:
                asked.SerializeToString()
            else:
                asked.settings.SerializeToString()
                json.dumps([asked.warning, *getattr(asked, "invalid_urls", ())], ensure_ascii=False).encode()
    assert served > 500


@pytest.mark.parametrize("name", ["limit", "maxDiscoveryDepth", "maxConcurrency"])
def test_whole_numbers_fit_their_fields_of_the_proto(name: str) -> None:
    for number in 2**31 - 1, 1:
        crawl_of({"url": "https://x.example/", name: number}).settings.SerializeToString()
    for number in 2**31, -(2**31), 10**400, 1.0, True, "1":
        with pytest.raises(Problem, match=name):
            crawl_of({"url": "https://x.example/", name: number})
