"""The options of `docspasta push` that `crawl` doesn't have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from docspasta.cli.crawl_options import SCOPE, AllPages

EXAMPLES = """Examples:
  docspasta push build/html --base https://docs.example.org/          a folder, as a web server shows it
  docspasta push intro.html usage.html --base https://docs.example.org/guide/
  jq -c '{url, html}' pages.json | docspasta push - --base https://docs.example.org/

A page's address is the one that other pages link to, otherwise its path below --base. Pages are .html, .htm,
.xhtml and .md files. JSON lines have {"url", "html" or "markdown", "contentType", "fetchedAt"}.
"""

Paths = Annotated[
    list[str],
    typer.Argument(metavar="PATH", help="A folder, files, or - for JSON lines on standard input."),
]
Base = Annotated[
    str,
    typer.Option(metavar="URL", help="The folder's address on the web. [required]", rich_help_panel=SCOPE),
]
FollowLinks = Annotated[
    bool,
    typer.Option("--follow-links", help="Also crawl what the pages link to.", rich_help_panel=SCOPE),
]


@dataclass(frozen=True)
class PushOptions:
    """Which job the pages make."""

    base: Base = ""
    follow_links: FollowLinks = False
    all_pages: AllPages = False

    def settings(self) -> dict[str, Any]:
        """The settings of a job that these are, but for its address."""
        return {"all_pages": self.all_pages or None, "follow_links": self.follow_links or None}
