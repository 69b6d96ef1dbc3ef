"""Texinfo's makeinfo and texi2any (6.8): one page or one a node."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.header", Role.DROP),
    ("div.nav-panel", Role.DROP),
    ("table.header", Role.DROP),
    ("table.nav-panel", Role.DROP),
    ("div.Contents_element", Role.DROP),
    ("div.contents", Role.DROP),
    ("div.shortcontents", Role.DROP),
    ("a.copiable-link", Role.DROP),
    ("a.copiable-anchor", Role.DROP),
    ("div.footnote", Role.BLOCK),
    ("h4.footnotes-heading", Role.DROP),
    ("h5.footnote-body-heading", Role.LABEL),
    ("dl.first-deftypefn", Role.MEMBERS),
    ("dl.def", Role.MEMBERS),
    ("dl.deffn", Role.MEMBERS),
    ("dl.defvr", Role.MEMBERS),
    ("dl.deftp", Role.MEMBERS),
)

FAMILY = Family(
    name="texinfo",
    generators=("makeinfo", "texi2any"),
    marks=("Created by GNU Texinfo",),
    content=("body",),
    rows=ROWS,
    elements=(('body > p > font[size="-1"]', Role.DROP),),  # on which day texi2html or texi2any made it
    navigation=(
        "div.contents a[href]",
        "div.Contents_element a[href]",
        "ul.menu a[href]",
        "table.menu a[href]",
    ),
    code=CodeRules("", "", False),
)
