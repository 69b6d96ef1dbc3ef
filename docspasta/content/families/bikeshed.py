"""Bikeshed, which makes specifications of the W3C and WHATWG kind (4 to 5)."""

from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.self-link", Role.DROP),
    ("p.copyright", Role.DROP),
    ("div.note", Role.CALLOUT),
    ("p.note", Role.CALLOUT),
    ("span.marker", Role.TITLE),
    ("aside.dfn-panel", Role.DROP),
    ("details.dfn-panel", Role.DROP),
)

FAMILY = Family(
    name="bikeshed",
    generators=("bikeshed",),
    content=("body",),
    drop=("[data-fill-with=logo], [data-fill-with=warning], [data-fill-with=table-of-contents]",),
    rows=ROWS,
    navigation=("#toc a[href]",),
)
