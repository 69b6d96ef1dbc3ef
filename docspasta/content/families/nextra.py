"""Nextra's docs theme (pages of 3; packages/nextra-theme-docs and packages/nextra of 4)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.nextra-callout", Role.CALLOUT),
    ("div.nextra-breadcrumb", Role.DROP),
    ("nav.nextra-toc", Role.DROP),
    ("a.subheading-anchor", Role.PERMALINK),
    ("div.nextra-code", Role.NONE),
)

FAMILY = Family(
    name="nextra",
    signs=(
        "nextra-navbar",
        "nextra-nav-container",
        "nextra-sidebar-container",
        "nextra-sidebar",
        "nextra-toc",
    ),
    content=("article main", "main article", "article", "main"),
    drop=(
        "div.nextra-callout > div:first-child:not(:last-child),"
        " article > div:has(> time), main > div:has(> time), article > div:has(> a[title][href]),"
        " main > div:has(> a[title][href])",
    ),
    rows=ROWS,
    elements=(("div.nextra-code > div:first-child:has(+ pre)", Role.CAPTION),),
    navigation=(
        "aside.nextra-sidebar-container a[href]",
        "aside.nextra-sidebar a[href]",
        "div.nextra-sidebar-container a[href]",
    ),
    code=CodeRules("button", "", False),
)
