"""The tools by name: what each is for, what it takes (JSON Schema), whether it writes. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SOURCE = {
    "type": "string",
    "description": "A source: its name, id or the beginning of it, part of its title or address, or latest.",
}
VERSION = {
    "type": "string",
    "maxLength": 100,
    "description": "Which version of it: a run's id, a day (the newest run of that day or before), previous, "
    "or which version the documentation itself is of, such as 3.12. Without it: the current run.",
}
PAGE = {"type": "string", "description": "A page: its address, a part of it, or its position."}


@dataclass(frozen=True, slots=True)
class Tool:
    """`writes`: it needs the scope write; all others only read."""

    name: str
    title: str
    description: str
    properties: dict[str, Any]
    required: tuple[str, ...] = ()
    writes: bool = False

    @property
    def schema(self) -> dict[str, Any]:
        """What it takes."""
        return {
            "type": "object",
            "properties": self.properties,
            "required": list(self.required),
            "additionalProperties": False,
        }


def whole(description: str, least: int, most: int, usual: int) -> dict[str, Any]:
    """A whole number."""
    return {
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "default": usual,
        "description": description,
    }


WAIT = whole("Seconds to wait for the crawl's end.", 0, 50, 20)
TOOLS = (
    Tool(
        "list_sources",
        "List sources",
        "The documentation that was crawled: id, name, title, address, pages, tokens, date, other versions.",
        {"query": {"type": "string", "description": "Only those with this in their title or address."}},
    ),
    Tool(
        "search_docs",
        "Search the documentation",
        "The sections that answer a query best, whole: questions, names of functions and options, messages.",
        {
            "query": {"type": "string", "maxLength": 1_000, "description": "What to look for."},
            "source": {**SOURCE, "description": f"{SOURCE['description']} Without it: all."},
            "version": VERSION,
            "limit": whole("Sections.", 1, 50, 8),
            "maxTokens": whole("Of the answer.", 200, 8_000, 2_000),
        },
        ("query",),
    ),
    Tool(
        "get_outline",
        "Outline of a source or a page",
        "Of a source its folders and pages with their sizes in tokens; of a page its headings.",
        {
            "source": SOURCE,
            "version": VERSION,
            "under": {"type": "string", "description": "A folder, as an earlier answer named it."},
            "page": PAGE,
        },
        ("source",),
    ),
    Tool(
        "read_doc",
        "Read a page",
        "A page as Markdown, or what stands under one of its headings. Long pages come in parts.",
        {
            "source": SOURCE,
            "version": VERSION,
            "page": PAGE,
            "section": {"type": "string", "description": "A heading's anchor or text."},
            "offset": whole("Where to go on: `next` of the part before.", 0, 1_000_000, 0),
            "maxTokens": whole("Of the answer.", 500, 8_000, 6_000),
        },
        ("source", "page"),
    ),
    Tool(
        "grep_docs",
        "Find a text",
        "The lines of a source's pages that hold a text, such as a function's name or an error message. "
        "It is no regular expression. A capital in it makes case matter.",
        {
            "source": SOURCE,
            "version": VERSION,
            "pattern": {"type": "string", "minLength": 1, "maxLength": 200, "description": "The text."},
            "include": {"type": "string", "description": "Only pages whose path matches, like /guide/**."},
            "context": whole("Lines shown before and behind.", 0, 10, 2),
            "limit": whole("Matches.", 1, 100, 20),
        },
        ("source", "pattern"),
    ),
    Tool(
        "changes",
        "What changed in a source",
        "The pages that were added, changed, moved or removed since an earlier run of a source.",
        {
            "source": SOURCE,
            "since": {
                "type": "string",
                "maxLength": 100,
                "description": "A day such as 2026-11-29, or a run's id. Without it: the run before.",
            },
        },
        ("source",),
    ),
    Tool(
        "crawl_docs",
        "Crawl a site",
        "Crawl a documentation site. A large one takes a while: ask crawl_status how far it is.",
        {
            "url": {"type": "string", "description": "Where the documentation starts."},
            "maxPages": whole("At most so many.", 1, 1_000_000, 10_000),
            "include": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Only crawl paths that match, like /guide/**.",
            },
            "wait": WAIT,
        },
        ("url",),
        writes=True,
    ),
    Tool(
        "refresh_source",
        "Crawl a source again",
        "Crawl a source anew, with its settings. What it has now can be read until that has ended.",
        {"source": SOURCE, "wait": WAIT},
        ("source",),
        writes=True,
    ),
    Tool(
        "crawl_status",
        "How far a crawl is",
        "The state of a crawl, how many pages it has, and why it failed if it did.",
        {
            "job": {"type": "string", "description": "The id that crawl_docs or refresh_source gave."},
            "wait": {**WAIT, "default": 0},
        },
        ("job",),
    ),
    Tool(
        "search",
        "Search",
        "As search_docs, for clients that fetch by id: results with id, title and url, as JSON.",
        {"query": {"type": "string", "maxLength": 1_000, "description": "What to look for."}},
        ("query",),
    ),
    Tool(
        "fetch",
        "Fetch a result of search",
        "The text of a result: id, title, text, url and metadata, as JSON.",
        {"id": {"type": "string", "description": "The id of a result of search."}},
        ("id",),
    ),
)
BY_NAME = {tool.name: tool for tool in TOOLS}
