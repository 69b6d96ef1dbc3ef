"""Retype (4.6). The titles of tabs and panels stand in templates, which only a browser reads."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.doc-callout", Role.NONE),
    ("div.codeblock-title", Role.CAPTION),
    ("doc-page-actions", Role.DROP),
    ("doc-toolbar-member-filter-no-results", Role.DROP),
)

FAMILY = Family(
    name="retype",
    generators=("retype",),
    content=("#retype-content", "main"),
    drop=("#retype-sidebar-right-toggle",),
    rows=ROWS,
    elements=(
        ('div:has(> div[class*="bg-callout-"])', Role.CALLOUT),
        ("div.doc-callout h5:first-child", Role.TITLE),
    ),
    navigation=("#retype-sidebar-left a[href]", "doc-sidebar a[href]"),
    code=CodeRules("button", "", False),
)
