"""A page's content as the rows that keep it: chunks of nearly 64 KiB under a result_id. Pure.

The result_id of a processed page is a digest of its address and of all that is kept, so that the same page
of two jobs has the same one. Other content has a fresh one.
"""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from docspasta.compression import pack
from docspasta.document.facts import encode, headings_in, pack_keys, with_facts
from docspasta.turns import slices

from .results import ContentNames, PageResult

CHUNK_BYTES = 65_536 - 64  # what does not shrink grows by less than that
SHORT_BYTES = 1_024  # stored as it is: Postgres keeps it in the row, and a frame would save little
TEXT = 1_000  # characters of a title, a description or a detail that are kept
URL_BYTES = 2_048
STEP = 1_000  # links at once
STEP_CHARACTERS = 512 * 1024  # of Markdown at once

Chunk = tuple[str, int, bytes]  # kind, seq, data
Part = tuple[str, bytes]  # kind, all of its bytes


@dataclass(frozen=True, slots=True)
class Content:
    """A result made ready before any lock is taken. `result_id` None: there is nothing to keep. `shared`: it
    names the content, whichever job shows it. `markdown_id` names what a reader gets of the page."""

    result: PageResult
    result_id: uuid.UUID | None = None
    parts: list[Part] = field(default_factory=list)  # the facts first, which are never empty
    shared: bool = False
    navigation_id: uuid.UUID | None = None
    navigation: bytes = b""
    markdown_bytes: int = 0
    markdown_id: uuid.UUID | None = None
    heading: str = ""

    @property
    def names(self) -> ContentNames | None:
        """What another job's page calls the same content; None where that is this job's alone."""
        if self.result_id is None or not self.shared:
            return None
        known = (self.markdown_id, self.navigation_id, self.markdown_bytes, self.heading, self.navigation)
        return ContentNames(self.result_id, *known)


def preparing(result: PageResult) -> Generator[None, None, Content]:
    """Encode what a result keeps: Markdown, cleaned HTML, raw body, facts, and its navigation under a name of
    its own. In steps (docspasta.turns): a page may be long."""
    page, names = result.page, result.names
    if names is not None:
        return Content(result, shared=True, **names._asdict())
    if page is None and not result.found:
        return Content(result)
    page = page if page is None or page.facts else with_facts(page)
    kept = page is not None and result.state == "processed"
    keys: dict[str, str] = {}
    for part in slices(result.found, STEP):
        keys.update((found.url, found.url_key) for found in part)
        yield
    listed = [keys[url] for url in page.navigation if url in keys] if page is not None else []
    navigation = pack_keys(listed)
    yield
    links, level_links = yield from _linked(result, set(listed))
    facts = encode(page if kept else None, links, level_links)
    yield
    markdown = (yield from _encoded(page.markdown)) if page and kept else b""
    html, raw = page.html if page and kept else b"", result.raw or b""
    parts = [("facts", facts), ("html", html), ("markdown", markdown), ("raw", raw)]
    shared = result.state == "processed" and bool(result.url_key)
    return Content(
        result,
        (yield from _digest(result.url_key, parts)) if shared else uuid.uuid4(),
        [part for part in parts if part[1]],
        shared,
        uuid.UUID(bytes=blake2b(navigation, digest_size=16).digest()) if navigation else None,
        navigation,
        len(markdown),
        (yield from _markdown_id(markdown, facts)) if kept else None,
        clean(page.heading) if page is not None else "",
    )


def _linked(result: PageResult, navigation: set[str]) -> Generator[None, None, tuple[list[str], list[str]]]:
    """The keys of what lies one step deeper, but for those of the navigation, and of what does not."""
    deeper: list[str] = []
    level: list[str] = []
    for part in slices(result.found, STEP):
        deeper += (found.url_key for found in part if found.step and found.url_key not in navigation)
        level += (found.url_key for found in part if not found.step)
        yield
    return deeper, level


def _encoded(text: str) -> Generator[None, None, bytes]:
    parts = []
    for part in slices(text, STEP_CHARACTERS):
        parts.append(str(part).encode("utf-8", "replace"))
        yield
    return b"".join(parts)


def _markdown_id(markdown: bytes, facts: bytes) -> Generator[None, None, uuid.UUID]:
    """What names Markdown, with where its links lead, and the anchors of its headings, at any address."""
    return (yield from _digest("", [("markdown", markdown), ("headings", headings_in(facts))]))


def _digest(key: str, parts: list[Part]) -> Generator[None, None, uuid.UUID]:
    """What names this content of this address, in steps. Who could choose two contents of one name would
    deceive himself alone: content is one user's."""
    digest = blake2b(key.encode(), digest_size=16)
    for kind, data in parts:
        digest.update(f" {kind} {len(data)} ".encode())
        for at in range(0, len(data), STEP_CHARACTERS):
            digest.update(memoryview(data)[at : at + STEP_CHARACTERS])
            yield
    return uuid.UUID(bytes=digest.digest())


def chunks_of(content: Content) -> Generator[None, None, list[Chunk]]:
    """The chunks of what is kept, packed in steps."""
    chunks = []
    for kind, data in content.parts:
        for chunk in split(kind, data):
            chunks.append(chunk)
            yield
    return chunks


def split(kind: str, data: bytes) -> Iterator[Chunk]:
    """The chunks of `data`, each a frame, but for one that is short; none for b''."""
    least = SHORT_BYTES if len(data) < SHORT_BYTES else 0
    for seq, at in enumerate(range(0, len(data), CHUNK_BYTES)):
        yield kind, seq, pack(data[at : at + CHUNK_BYTES], least)


def clean(text: str, most: int = TEXT) -> str:
    """Text as a text column takes it: without NUL and lone surrogates, at most `most` characters."""
    return text[:most].replace("\0", "").encode("utf-8", "replace").decode()


def clean_url(url: str) -> str:
    """A URL that fits its column, or ''."""
    url = clean(url, URL_BYTES)
    return url if len(url.encode()) <= URL_BYTES else ""
