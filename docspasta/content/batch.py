"""What `docspasta convert` makes of one HTML file. Pure: reading and writing files is the command's."""

from __future__ import annotations

from . import markdown_of


def convert(body: bytes, url: str, charset: str = "") -> str:
    """The Markdown of one page, with a `# Title` when the page itself has no level 1 heading."""
    return markdown_of(body, url, charset)
