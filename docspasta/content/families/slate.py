"""Slate, and Widdershins in its look (the sample page and source/layouts of 2.13)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("aside.notice", Role.ADMONITION),
    ("aside.warning", Role.ADMONITION),
    ("aside.success", Role.ADMONITION),
    ("div.highlight", Role.NONE),
)

FAMILY = Family(
    name="slate",
    signs=("tocify-wrapper", "toc-list-h1"),
    content=("div.page-wrapper div.content", "div.page-wrapper", "div.content"),
    rows=ROWS,
    navigation=("ul.toc-list-h1 a[href]", "#toc a[href]"),
    code=CodeRules("button,.lineno", "", False),
)
