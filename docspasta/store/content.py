"""A page's content as the rows that keep it: chunks of nearly 64 KiB under a fresh result_id. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from docspasta.compression import pack
from docspasta.document.facts import encode, pack_keys, with_facts
from docspasta.turns import slices

from .results import PageResult

CHUNK_BYTES = 65_536 - 64  # what does not shrink grows by less than that
SHORT_BYTES = 1_024  # stored as it is: Postgres keeps it in the row, and a frame would save little
TEXT = 1_000  # characters of a title, a description or a detail that are kept
URL_BYTES = 2_048
STEP = 1_000  # links at once
STEP_CHARACTERS = 512 * 1024  # of Markdown at once

Chunk = tuple[str, int, bytes]  # kind, seq, data


@dataclass(frozen=True, slots=True)
class Content:
    """A result made ready before any lock is taken. `result_id` None: there is nothing to keep."""

    result: PageResult
    result_id: uuid.UUID | None = None
    chunks: list[Chunk] = field(default_factory=list)
    navigation_id: uuid.UUID | None = None
    navigation: bytes = b""
    markdown_bytes: int = 0
    heading: str = ""


def preparing(result: PageResult) -> Generator[None, None, Content]:
    """Encode what a result keeps: Markdown, cleaned HTML, raw body, facts, and its navigation under a name of
    its own. In steps (docspasta.turns): a page may be long."""
    page = result.page
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
    chunks: list[Chunk] = []
    html, raw = page.html if page and kept else b"", result.raw or b""
    for kind, data in (("markdown", markdown), ("html", html), ("raw", raw), ("facts", facts)):
        for chunk in split(kind, data):
            chunks.append(chunk)
            yield
    return Content(
        result,
        uuid.uuid4(),
        chunks,
        uuid.UUID(bytes=blake2b(navigation, digest_size=16).digest()) if navigation else None,
        navigation,
        len(markdown),
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
