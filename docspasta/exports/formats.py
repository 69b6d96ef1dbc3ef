"""The formats by name, and what each makes of a book. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .book import Book, Export
from .chunks import Chunks
from .llms import LlmsFullTxt, LlmsTxt
from .parts import Document, Parts
from .selection import BadSelection
from .skill import Skill
from .tokens import ESTIMATE, KINDS, available, measure
from .tree import Tree

LEAST_PART, MOST_PART = 1_000, 100_000_000  # tokens
LEAST_CHUNK, MOST_CHUNK = 50, 8_000
WRITER = 4  # raise it when the same pages give other bytes: it is a part of the ETag


class Format(StrEnum):
    """What a job is exported as."""

    MARKDOWN = "markdown"
    PARTS = "parts"
    ZIP = "zip"
    CHUNKS = "chunks"
    SKILL = "skill"
    LLMS = "llms"
    LLMS_FULL = "llms-full"


MARKDOWN_TYPE, ZIP_TYPE = "text/markdown; charset=utf-8", "application/zip"
TYPES = {
    Format.MARKDOWN: (MARKDOWN_TYPE, ".md"),
    Format.PARTS: (ZIP_TYPE, ".parts.zip"),
    Format.ZIP: (ZIP_TYPE, ".zip"),
    Format.CHUNKS: ("application/jsonl", ".chunks.jsonl"),
    Format.SKILL: (ZIP_TYPE, ".skill.zip"),
    Format.LLMS: ("text/plain; charset=utf-8", ".llms.txt"),
    Format.LLMS_FULL: ("text/plain; charset=utf-8", ".llms-full.txt"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export as it is asked for. `max_tokens` of a part or a chunk, 0 for none or the usual; `part` is the
    number of the one part that is wanted, from 1, 0 for all; `tokens` how they are counted."""

    format: Format
    max_tokens: int = 0
    part: int = 0
    tokens: str = ESTIMATE

    @property
    def media_type(self) -> str:
        """The type of the bytes."""
        return MARKDOWN_TYPE if self.part else TYPES[self.format][0]

    @property
    def suffix(self) -> str:
        """What a file's name ends in."""
        return f".part-{self.part}.md" if self.part else TYPES[self.format][1]


def check(wanted: Wanted) -> None:
    """Raises BadSelection for what cannot be asked for."""
    of_parts = wanted.format in (Format.PARTS, Format.MARKDOWN)
    if wanted.tokens not in KINDS:
        raise BadSelection("tokens", f"{wanted.tokens[:50]!r} is not known; give one of {', '.join(KINDS)}.")
    if not available(wanted.tokens):
        raise BadSelection("tokens", "This server can't count o200k tokens: its package tokens is missing.")
    if wanted.max_tokens and not (of_parts or wanted.format is Format.CHUNKS):
        raise BadSelection("max_tokens", f"The format {wanted.format} has no parts; leave it out.")
    if wanted.format is Format.PARTS and not wanted.max_tokens:
        raise BadSelection("max_tokens", f"Say how many tokens a part may have, from {LEAST_PART:,}.")
    least, most = (LEAST_PART, MOST_PART) if of_parts else (LEAST_CHUNK, MOST_CHUNK)
    if wanted.max_tokens and not least <= wanted.max_tokens <= most:
        raise BadSelection(
            "max_tokens", f"{wanted.max_tokens:,} is out of range; give {least:,} to {most:,}."
        )
    if wanted.part and (wanted.format is not Format.PARTS or wanted.part < 0):
        raise BadSelection("part", "Only the format parts has parts, from 1; leave it out for all of them.")


def build(wanted: Wanted, book: Book, stem: str) -> Export:
    """What writes the book. `stem` is what the names of parts begin with."""
    counted = measure(wanted.tokens)
    match wanted.format:
        case Format.PARTS:
            return Parts(book, counted, wanted.max_tokens, stem, wanted.part)
        case Format.MARKDOWN if wanted.max_tokens:
            return Parts(book, counted, wanted.max_tokens, stem, first_alone=True)
        case Format.MARKDOWN:
            return Document(book)
        case Format.ZIP:
            return Tree(book)
        case Format.CHUNKS:
            return Chunks(book, counted, wanted.max_tokens)
        case Format.SKILL:
            return Skill(book)
        case Format.LLMS:
            return LlmsTxt(book)
        case Format.LLMS_FULL:
            return LlmsFullTxt(book)
