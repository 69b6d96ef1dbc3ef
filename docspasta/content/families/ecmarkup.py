"""Ecmarkup, which makes the specifications of TC39 (24)."""

from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("emu-note", Role.ADMONITION),
    ("span.note", Role.TITLE),
    ("emu-production", Role.BLOCK),
    ("emu-rhs", Role.BLOCK),
    ("emu-t", Role.CODE_SPAN),
    ("emu-xref", Role.TRANSPARENT),
    ("span.attributes-tag", Role.DROP),
    ("h1.version", Role.LABEL),
)

FAMILY = Family(
    name="ecmarkup",
    marks=("<emu-",),
    content=("#spec-container", "body"),
    drop=("#menu, #menu-trace-list, #shortcuts-help, #menu-spacer, #menu-toggle",),
    rows=ROWS,
    navigation=("#menu-toc a[href]",),
)
