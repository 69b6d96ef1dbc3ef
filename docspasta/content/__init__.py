"""HTML -> page: parse, find, links, Markdown. Pure functions; no I/O library is imported here.

    read_page(body, url, charset="", options=Options()) -> Page

is the one way in: the queue worker, ConvertPage, POST /scrape and `docspasta convert` all call it.
"""

from .page import Heading, Link, Options, Page, Placement

__all__ = ["Heading", "Link", "Options", "Page", "Placement"]
