"""Documenter.jl (pages of 0.14 to 1.14, HTMLWriter.jl of 1.17)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.docs-sourcelink", Role.DROP),
    ("a.source-link", Role.DROP),
    ("a.nav-anchor", Role.TRANSPARENT),
    ("a.docs-heading-anchor", Role.TRANSPARENT),
    ("a.docs-heading-anchor-permalink", Role.DROP),
    ("a.docstring-article-toggle-button", Role.DROP),
    ("span.docstring-article-toggle-button", Role.DROP),
    ("nav.docs-footer", Role.DROP),
    ("a.docstring-binding", Role.TRANSPARENT),
    ("div.admonition", Role.ADMONITION),
    ("details.admonition", Role.ADMONITION),
    ("header.admonition-header", Role.TITLE),
    ("summary.admonition-header", Role.TITLE),
    ("a.admonition-anchor", Role.DROP),
    ("details.docstring", Role.BLOCK),
    ("p.math-container", Role.MATH_BLOCK),
    ("sup.footnote-reference", Role.NOTE_REF),
    ("section.footnotes", Role.NOTES),
)

FAMILY = Family(
    name="documenter",
    signs=("documenter.js", "documenter-page", "documenter-sidebar-button"),
    content=("#documenter-page", "#docs", "article"),
    drop=("#docs > header, #docs > footer",),  # up to 0.23
    rows=ROWS,
    navigation=("nav.docs-sidebar a.tocitem[href]", "nav.toc a.toctext[href]"),
    code=CodeRules("button", "", False),
)
