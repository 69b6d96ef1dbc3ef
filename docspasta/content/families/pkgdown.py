"""pkgdown, Bootstrap 3 and 5 (pages of 2.1, its templates)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("img.logo", Role.DROP),
    ("img.pkg-logo", Role.DROP),
    ("small.dont-index", Role.DROP),
    ("div.name", Role.DROP),
    ("div.hidden", Role.DROP),
    ("a.anchor", Role.DROP),
    ("div.dev-status", Role.DROP),
    ("div.sourceCode", Role.NONE),
)

FAMILY = Family(
    name="pkgdown",
    signs=("pkgdown.js", "pkgdown.css", "pkgdown-footer-left"),
    content=("#main", "div.contents.col-md-9", "main"),
    rows=ROWS,
    navigation=("nav.navbar a[href]", "div.navbar a[href]"),
    code=CodeRules("button", "", False),
)
