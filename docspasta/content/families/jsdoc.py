"""JSDoc (4.0) with its own theme and those made of it: Docdash, Minami, TOAST UI, clean-jsdoc, better-docs.
Where a member's source is, is left out."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("h4.name", Role.CODE_HEADING),
    ("h3.name", Role.CODE_HEADING),
    ("dt.tag-source", Role.DROP),
    ("dd.tag-source", Role.DROP),
    ("ul.dummy", Role.LAYOUT_LIST),
    ("p.tag-source", Role.DROP),
    ("div.tag-source", Role.DROP),
    ("a.share-icon", Role.DROP),
    ("div.container-source", Role.DROP),
)

FAMILY = Family(
    name="jsdoc",
    generators=("jsdoc",),
    marks=('enerated by <a href="https://github.com/jsdoc',),
    signs=("prettify-jsdoc.css", "clean-jsdoc-theme.min.css", "container-overview", "type-signature"),
    content=("#main", "div.main-wrapper", "#main-content-wrapper > div.content"),
    drop=(
        "span.signature-attributes, h4 > div.container-source, header.page-title > p",
    ),  # "opt", raised; the table of parameters says it too
    rows=ROWS,
    navigation=("nav a[href]", "div.sidebar a[href]"),
    code=CodeRules("", "", False),
)
