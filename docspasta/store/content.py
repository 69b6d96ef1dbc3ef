"""A page's content as the rows that keep it: chunks of nearly 64 KiB under a fresh result_id. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from docspasta.compression import pack
from docspasta.document.facts import encode, pack_keys
from docspasta.document.headings import own_heading

from .results import PageResult

CHUNK_BYTES = 65_536 - 64  # what does not shrink grows by less than that
SHORT_BYTES = 1_024  # stored as it is: Postgres keeps it in the row, and a frame would save little
TEXT = 1_000  # characters of a title, a description or a detail that are kept
URL_BYTES = 2_048

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


def prepare(result: PageResult) -> Content:
    """Encode what a result keeps: Markdown, raw body, facts, and its navigation under a name of its own."""
    page = result.page
    if page is None and not result.found:
        return Content(result)
    kept = page is not None and result.state == "processed"
    keys = {found.url: found.url_key for found in result.found}
    listed = [keys[url] for url in page.navigation if url in keys] if page is not None else []
    navigation = pack_keys(listed)
    known = set(listed)
    facts = encode(
        page if kept else None,
        (found.url_key for found in result.found if found.step and found.url_key not in known),
        (found.url_key for found in result.found if not found.step),
    )
    markdown = page.markdown.encode("utf-8", "replace") if page and kept else b""
    chunks = [*split("markdown", markdown), *split("raw", result.raw or b""), *split("facts", facts)]
    return Content(
        result,
        uuid.uuid4(),
        chunks,
        uuid.UUID(bytes=blake2b(navigation, digest_size=16).digest()) if navigation else None,
        navigation,
        len(markdown),
        _first_heading(result),
    )


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


def _first_heading(result: PageResult) -> str:
    """The text of the heading that is the page's own, or ''."""
    page = result.page
    own = own_heading(page.headings, page.title, page.markdown) if page is not None else -1
    return clean(page.headings[own].text) if page is not None and own >= 0 else ""
