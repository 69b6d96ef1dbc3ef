"""How well search finds: the rank of what is right, beside SQLite's FTS5 on the same sections.

    make search-quality            both sets, printed as a table (ARGS="--worst 20" lists what was missed)

Known items: each name in a Sphinx project's objects.inv is a query; right is a section of its page that holds
its anchor. Graded: docs-mcp-server's queries (its tests/search-eval/dataset.yaml); right is any section of a
page that it names. MRR@10: the mean of 1 / rank of the first right one among ten.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import yaml

from bench.search_sources import GRADED, SPHINX, inventory, present, sections_of
from docspasta.search.blocks import Block
from docspasta.search.index import SEGMENT, Segment
from docspasta.search.passages import Passage, fields
from docspasta.search.queries import parse
from docspasta.search.ranking import answers, best
from docspasta.search.terms import Terms

WANTED_GRADED, WANTED_KNOWN, DEPTH = 0.80, 0.95, 10
Search = Callable[[str], Sequence[Passage]]


class Asked(NamedTuple):
    """A query, what of an answer is right, and what it belongs to."""

    source: str
    text: str
    right: Callable[[Passage], bool]
    group: str


class Ours:
    """The index as it is stored, without the database."""

    def __init__(self, sections: Iterable[tuple[Passage, str]]) -> None:
        self._terms: dict[str, Terms] = {}
        segments = [Segment(self._terms)]
        for passage, language in sections:
            if len(segments[-1]) == SEGMENT:
                segments.append(Segment(self._terms))
            segments[-1].add(passage, language)
        self._sizes = [len(segment) for segment in segments]
        self._values = [self._read(segment) for segment in segments]

    def _read(self, segment: Segment) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for _, data in segment.blocks():
            block = Block(data)
            found |= {key: block.value(key) or b"" for key, _ in block.beginning(b"")}
        return found

    def search(self, text: str) -> list[Passage]:
        """The best ten."""
        query = parse(text, self._terms)
        postings = [
            {term: values[key] for term in query.weights if (key := b"t" + term.encode()) in values}
            for values in self._values
        ]
        found = best(query, postings, self._sizes)
        read = [Passage(*json.loads(self._values[one.segment][b"s%04x" % one.number])) for one in found]
        return [passage for _, passage in answers(query, found, read, DEPTH)]


class Fts5:
    """SQLite's full text search with its own BM25, the same fields and the like weights."""

    def __init__(self, sections: Iterable[tuple[Passage, str]]) -> None:
        self._base = sqlite3.connect(":memory:")
        self._base.execute(
            "CREATE VIRTUAL TABLE s USING"
            " fts5(heading, page, above, symbols, code, prose, tokenize='porter unicode61')"
        )
        self._passages = [passage for passage, _ in sections]
        rows = ((number, *fields(passage)) for number, passage in enumerate(self._passages))
        self._base.executemany(
            "INSERT INTO s (rowid, heading, page, above, symbols, code, prose) VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def search(self, text: str) -> list[Passage]:
        """The best ten for any of the words; what stands together is also looked for as a phrase."""
        words = [f'"{word}"' for word in re.findall(r"\w[\w.:-]*", text)]
        words += [f'"{word}"' for word in re.findall(r"[^\W_]+", text)]
        asked = "SELECT rowid FROM s WHERE s MATCH ? ORDER BY bm25(s, 6, 3, 1.5, 4, 0.8, 1) LIMIT ?"
        rows = self._base.execute(asked, (" OR ".join(dict.fromkeys(words)) or '""', DEPTH)).fetchall()
        return [self._passages[number] for (number,) in rows]


def known_items(source: str, most: int, seed: int) -> list[Asked]:
    """Names of a project as queries."""
    symbols = list(inventory(source))
    random.Random(seed).shuffle(symbols)
    return [Asked(source, one.name, holds(one.url), one.kind) for one in symbols[:most]]


def holds(url: str) -> Callable[[Passage], bool]:
    """Whether a section is of this page and holds this anchor."""
    page, _, anchor = url.partition("#")
    return lambda passage: (
        passage.url == page and (not anchor or anchor in passage.anchors or anchor == passage.anchor)
    )


def graded(here: Iterable[str]) -> list[Asked]:
    """The graded queries on the sources that are here; says how many are left out."""
    if not GRADED.is_file():
        print(f"The graded queries are absent: {GRADED}")
        return []
    entries = [entry["vars"] for entry in yaml.safe_load(GRADED.read_text())["entries"]]
    there = [entry for entry in entries if entry["library"] in here]
    if len(there) < len(entries):
        print(f"{len(entries) - len(there)} of {len(entries)} graded queries are of absent sources.")
    return [Asked(one["library"], one["query"], of_pages(one["qrels"]), one["library"]) for one in there]


def of_pages(qrels: Iterable[dict[str, str]]) -> Callable[[Passage], bool]:
    """Whether a section is of one of these pages."""
    wanted = {plain(one["url"]) for one in qrels}
    return lambda passage: plain(passage.url) in wanted


def plain(url: str) -> str:
    """An address without what two of the same page differ in."""
    return url.partition("#")[0].removesuffix("/").removesuffix(".html").removesuffix(".md")


def reciprocal(asked: Asked, found: Sequence[Passage]) -> float:
    """1 / rank of the first that is right, 0 for none."""
    return next((1 / rank for rank, one in enumerate(found[:DEPTH], 1) if asked.right(one)), 0.0)


def report(
    name: str, asked: Sequence[Asked], ours: dict[str, Search], theirs: dict[str, Search], worst: int
) -> float:
    """Print a set's rows; its MRR."""
    scored = [
        (reciprocal(one, ours[one.source](one.text)), reciprocal(one, theirs[one.source](one.text)), one)
        for one in asked
    ]
    for source, group in sorted({(one.source, one.group) for one in asked}):
        some = [row for row in scored if (row[2].source, row[2].group) == (source, group)]
        print(f"  {source:12} {group:24} {len(some):6} {both(some)}")
    print(f"{name:37} {len(scored):6} {both(scored)}")
    for score, _, one in sorted(scored, key=lambda row: row[0])[:worst]:
        found = ", ".join(f"{p.url}#{p.anchor}" for p in ours[one.source](one.text)[:3])
        print(f"  {score:.2f} {one.source} {one.group}: {one.text!r}: {found}")
    return mean([score for score, _, _ in scored])


def both(rows: Sequence[tuple[float, float, Asked]]) -> str:
    """MRR@10, and theirs."""
    return f"{mean([row[0] for row in rows]):.3f} {mean([row[1] for row in rows]):.3f}"


def mean(values: Sequence[float]) -> float:
    """The mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def main() -> int:
    """Measure; 1 when a promise does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N worst of each set")
    parser.add_argument("--known", type=int, default=2_000, metavar="N", help="names of each project")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    here = present()
    ours: dict[str, Search] = {}
    theirs: dict[str, Search] = {}
    for name in here:
        sections = list(sections_of(name))
        ours[name], theirs[name] = Ours(sections).search, Fts5(sections).search
        print(f"{name}: {len(sections):,} sections")
    known = [one for name in here if name in SPHINX for one in known_items(name, given.known, given.seed)]
    print("  source       kind                    queries  ours  FTS5")
    of_known = report("known items", known, ours, theirs, given.worst)
    of_graded = report("graded", graded(here), ours, theirs, given.worst)
    return int(of_known < WANTED_KNOWN or of_graded < WANTED_GRADED)


if __name__ == "__main__":
    raise SystemExit(main())
