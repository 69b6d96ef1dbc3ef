"""DocBook XSL stylesheets, HTML and XHTML, chunked or whole (1.79)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.navheader", Role.DROP),
    ("div.navfooter", Role.DROP),
    ("div.toc", Role.DROP),
    ("div.list-of-tables", Role.DROP),
    ("div.list-of-figures", Role.DROP),
    ("div.list-of-examples", Role.DROP),
    ("div.note", Role.ADMONITION),
    ("div.tip", Role.ADMONITION),
    ("div.important", Role.ADMONITION),
    ("div.warning", Role.ADMONITION),
    ("div.caution", Role.ADMONITION),
    ("a.footnote", Role.NOTE_REF),
    ("div.footnotes", Role.NOTES),
    ("div.footnote", Role.NOTE),
    ("a.para", Role.DROP),
    ("table.simplelist", Role.LAYOUT),
    ("table.blockquote", Role.LAYOUT),
    ("div.blockquote", Role.QUOTE),
    ("table.funcprototype-table", Role.SIGNATURE),
    ("table.calloutlist", Role.PARAMETERS),
    ("div.calloutlist", Role.PARAMETERS_BOX),
    ("table.navigation", Role.DROP),
)

FAMILY = Family(
    name="docbook",
    generators=("docbook",),
    content=("body",),
    rows=ROWS,
    navigation=("div.toc a[href]",),
    code=CodeRules("", "", False),
)
