"""Documents that Google Docs exports or publishes."""

from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("p.title", Role.HEADING1),
    ("p.subtitle", Role.BLOCK),
)

FAMILY = Family(
    name="google_docs",
    signs=("doc-content",),
    content=("div.doc-content", "body"),
    rows=ROWS,
    drop=("#banners, #header, #footer",),
    fonts=True,
)
