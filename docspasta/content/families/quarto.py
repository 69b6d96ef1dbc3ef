"""Quarto websites and books (a page of 1.10, its templates)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.callout", Role.CALLOUT),
    ("div.callout-title-container", Role.TITLE),
    ("div.callout-icon-container", Role.DROP),
    ("div.quarto-title-meta", Role.DROP),
    ("a.anchorjs-link", Role.DROP),
    ("div.code-with-filename-file", Role.CAPTION),
    ("div.code-copy-outer-scaffold", Role.NONE),
    ("nav.page-navigation", Role.DROP),
    ("div.toc-actions", Role.DROP),
    ("button.code-copy-button", Role.DROP),
    ("span.header-section-number", Role.INLINE),
    ("div.quarto-alternate-formats", Role.DROP),
    ("div.quarto-alternate-notebooks", Role.DROP),
    ("div.quarto-categories", Role.DROP),
    ("a.footnote-back", Role.DROP),
    ("section.footnotes", Role.NOTES),
    ("ul.nav-tabs", Role.TABLIST),
    ("div.tab-pane", Role.PANEL),
    ("span.screen-reader-only", Role.DROP),
)

FAMILY = Family(
    name="quarto",
    generators=("quarto",),
    content=("#quarto-document-content", "main.content", "main"),
    drop=("#quarto-back-to-top, #TOC, #quarto-margin-sidebar",),
    rows=ROWS,
    navigation=(
        "#quarto-sidebar a.sidebar-item-text[href]",
        "#quarto-sidebar a[href]",
        "nav.navbar a.nav-link[href]",
    ),
    code=CodeRules("button,.line-number", "", False),
)
