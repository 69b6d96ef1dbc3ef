"""Scaladoc 2 (2.13, and the names of 2.11)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("h4.signature", Role.SIGNATURE),
    ("span.modifier_kind", Role.CODE_SPAN),
    ("span.symbol", Role.CODE_SPAN),
    ("span.permalink", Role.DROP),
    ("div.big-circle", Role.DROP),
    ("dl.paramcmts", Role.FIELDS),
    ("dl.attributes", Role.FIELDS),
    ("div.superTypes", Role.BLOCK),
    ("div.subClasses", Role.BLOCK),
)

FAMILY = Family(
    name="scaladoc2",
    signs=("diagrams-css", "mbrsel", "subpackage-spacer"),
    content=("#content", "body"),
    drop=(
        "#owner, #mbrsel, #inheritedMembers, #groupedMembers, #search, #search-results, #packages, #tooltip,"
        " #footer,"
        " #inheritance-diagram-container, #content-diagram-container,"
        # The first sentence of the whole comment that follows.
        " li:has(> div.fullcomment > div.comment) > p.shortcomment",
    ),
    rows=ROWS,
    elements=(("div.members > ol", Role.LAYOUT_LIST),),
    navigation=("#packages a[href]",),
    code=CodeRules("", "", False),
)
