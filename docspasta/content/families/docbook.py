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
    ("div.spirit-nav", Role.DROP),
    ("div.footer", Role.DROP),
)

# The outermost of these is what a chunk holds; beside it sites put their own header.
_COMPONENTS = "|".join(
    f"div.{name}"
    for name in (
        "set book part article chapter appendix preface reference refentry section sect1 sect2 sect3 glossary"
        " bibliography index dedication colophon"
    ).split()
)

FAMILY = Family(
    name="docbook",
    generators=("docbook",),
    content=(f"> {_COMPONENTS}", _COMPONENTS, "body"),
    rows=ROWS,
    navigation=("div.toc a[href]",),
    code=CodeRules("", "", False),
)
