"""Docsy, a theme of Hugo (theme/layouts of 0.13)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("header.article-meta", Role.DROP),
    ("div.taxonomy", Role.DROP),
    ("p.reading-time", Role.DROP),
    ("div.d-print-none", Role.DROP),
    ("h2.feedback--title", Role.DROP),
    ("p.feedback--question", Role.DROP),
    ("p.feedback--response", Role.DROP),
    ("div.td-page-meta__lastmod", Role.DROP),
    ("div.text-muted.mt-5.pt-3", Role.DROP),
    ("hr.panel-line", Role.DROP),
    ("a.td-heading-self-link", Role.DROP),
    ("div.td-byline", Role.DROP),
    ("div.td-card-group", Role.NONE),
)

FAMILY = Family(
    name="docsy",
    signs=("td-outer", "td-sidebar", "td-sidebar-toc", "td-sidebar-nav", "td-navbar"),
    content=("div.td-content", "main[role=main]", "main"),
    rows=ROWS,
    navigation=("#td-section-nav a[href]", "nav.td-sidebar-nav a[href]", "aside.td-sidebar a[href]"),
    code=CodeRules("button,.lnt,.ln", "", False),
)
