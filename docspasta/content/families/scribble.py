"""Scribble, the documents of Racket (8.7)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("blockquote.SCodeFlow", Role.CODE),
    ("table.RktBlk", Role.CODE),
    ("table.RBoxed", Role.CODE),
    ("table.SVerbatim", Role.CODE),
    ("blockquote.SVInsetFlow", Role.TRANSPARENT),
    ("blockquote.SubFlow", Role.TRANSPARENT),
    ("blockquote.SInsetFlow", Role.TRANSPARENT),
    ("blockquote.refcolumn", Role.TRANSPARENT),
    ("blockquote.refcontent", Role.TRANSPARENT),
    ("span.RktSym", Role.CODE_SPAN),
    ("span.RktVar", Role.CODE_SPAN),
    ("span.RktVal", Role.CODE_SPAN),
    ("span.RktRes", Role.CODE_SPAN),
    ("span.RktKw", Role.CODE_SPAN),
    ("span.RktModLink", Role.CODE_SPAN),
    ("span.stt", Role.CODE_SPAN),
    ("table.RktRes", Role.LAYOUT),
    ("div.navsettop", Role.DROP),
    ("div.navsetbottom", Role.DROP),
    ("div.versionbox", Role.DROP),
    ("div.versionNoNav", Role.DROP),
    ("div.RBackgroundLabel", Role.DROP),
    ("a.heading-anchor", Role.DROP),
    ("a.heading-source", Role.DROP),
    ("span.button-group", Role.DROP),
)

FAMILY = Family(
    name="scribble",
    signs=("scribble.css", "scribble-style.css", "scribble-common.js", "manual-racket.css"),
    content=("div.main", "div.maincolumn"),
    drop=("div.RBackgroundLabel",),  # "procedure", inside a signature's box
    rows=ROWS,
    navigation=("div.tocset a.tocviewlink[href]", "a.toptoclink[href]", "a.toclink[href]"),
    code=CodeRules("tr", "", False),
)
