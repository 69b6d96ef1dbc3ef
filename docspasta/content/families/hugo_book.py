"""hugo-book, a theme of Hugo (its layouts of 2026)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("blockquote.book-hint", Role.ADMONITION),
    ("p.book-hint-title", Role.TITLE),
    ("a.anchor", Role.DROP),
    ("div.book-tabs", Role.NONE),
    ("div.book-steps", Role.NONE),
    ("a.book-btn", Role.NONE),
)

FAMILY = Family(
    name="hugo-book",
    signs=("book-menu-content", "book-brand", "book-search-input"),
    content=("article.book-article", "div.book-page article", "div.book-page"),
    rows=ROWS,
    navigation=("aside.book-menu a[href]",),
    code=CodeRules("button,.lnt,.ln", "", False),
)
