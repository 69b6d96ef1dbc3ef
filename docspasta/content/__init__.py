"""HTML -> page: parse, find, links, Markdown. Pure functions; no I/O library is imported here.

    read_page(body, url, charset="", options=Options()) -> Page

is the one way in: the queue worker, ConvertPage, POST /scrape and `docspasta convert` all call it.
"""

from .page import Heading, Link, Options, Page, Placement
from .read import read_page

__all__ = ["Heading", "Link", "Options", "Page", "Placement", "markdown_of", "read_page"]


def markdown_of(body: bytes, url: str, charset: str = "") -> str:
    """The Markdown of one page, with its title as a level 1 heading when it has none; '' for no content."""
    page = read_page(body, url, charset)
    if page.markdown and page.title and not any(h.level == 1 for h in page.headings):
        return f"# {page.title}\n\n{page.markdown}"
    return page.markdown
