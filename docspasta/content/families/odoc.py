"""odoc (a page of 3.1). The mark-up of a signature is kept: variants and fields have texts of their own."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.anchor", Role.DROP),
    ("a.source_link", Role.DROP),
    ("span.comment-delim", Role.DROP),
    ("div.odoc-tocs", Role.DROP),
    ("div.odoc-search", Role.DROP),
    ("details.odoc-include", Role.BLOCK),
)

FAMILY = Family(
    name="odoc",
    generators=("odoc",),
    content=("header.odoc-preamble & div.odoc-content", "body"),
    rows=ROWS,
    navigation=("nav.odoc-global-toc a[href]", "nav.odoc-toc a[href]"),
    code=CodeRules("", "", False),
)
