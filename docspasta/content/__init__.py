"""HTML -> page: parse, find, links, Markdown. Pure functions; no I/O library is imported here.

    read_page(body, url, charset="", options=Options()) -> Page

is the one way in: the queue worker, ConvertPage, POST /scrape and `docspasta convert` all call it.
"""

from docspasta.document.headings import own_heading, without_number

from .element_text import words_of
from .page import Heading, Link, Options, Page, Placement
from .read import read_page

__all__ = ["Heading", "Link", "Options", "Page", "Placement", "markdown_of", "read_page"]


def markdown_of(body: bytes, url: str, charset: str = "") -> str:
    """The Markdown of one page, with its title as a level 1 heading when it has none, nor another heading of
    its own that says the same; '' for no content.
    """
    page = read_page(body, url, charset, Options(named=True))
    if not page.markdown or not page.title or any(h.level == 1 for h in page.headings):
        return page.markdown
    own = own_heading(page.headings, page.title, page.markdown)
    if own >= 0 and words_of(without_number(page.headings[own].text)) <= words_of(page.title):
        return page.markdown
    return f"# {page.title}\n\n{page.markdown}"
