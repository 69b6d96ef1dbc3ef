"""mdBook (0.4 as in Rust's own books, 0.5). From 0.4.41 on its menu stands in toc.html and toc.js alone."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("blockquote.blockquote-tag", Role.ADMONITION),
    ("p.blockquote-tag-title", Role.TITLE),
    ("ol.footnote-definition", Role.NOTES),
    ("div.footnote-definition", Role.NOTE),
    ("sup.footnote-definition-label", Role.NOTE_LABEL),
    ("sup.footnote-reference", Role.NOTE_REF),
    ("span.img-wrapper", Role.DROP),
    ("a.header", Role.TRANSPARENT),
    ("div.buttons", Role.DROP),
    ("nav.nav-wrapper", Role.DROP),
)

FAMILY = Family(
    name="mdbook",
    generators=("mdbook",),
    marks=("generated using mdBook",),
    content=("div.content main", "main", "#content"),
    rows=ROWS,
    navigation=("nav.sidebar a[href]", "ol.chapter a[href]"),
    code=CodeRules(".boring,button", "", False),
)
