"""The parts of a canonical URL are those that urllib's urlsplit gives, at a quarter of its time."""

from __future__ import annotations

import random
from urllib.parse import urlsplit

from docspasta import urls

MARKS = "aZ0-_./?&=%é%2F%C3%A9#:@ ~²"


def test_a_canonical_url_is_split_as_urllib_splits_it() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(3_000):
        tail = "".join(rng.choice(MARKS) for _ in range(rng.randint(0, 14)))
        url = urls.canonical(f"https://docs.example{rng.choice(['', ':8080'])}/{tail}")
        parts = urlsplit(url)
        found = (urls.host(url), urls.path(url), urls.query(url))
        assert found == (parts.netloc, parts.path, parts.query), url
