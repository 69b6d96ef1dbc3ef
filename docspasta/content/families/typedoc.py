"""TypeDoc, default theme (0.22, 0.23, 0.25, 0.28)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("ul.tsd-breadcrumb", Role.DROP),
    ("details.tsd-accordion", Role.BLOCK),
    ("a.tsd-anchor-icon", Role.DROP),
    ("a.tsd-anchor", Role.TRANSPARENT),
    ("aside.tsd-sources", Role.DROP),
    ("div.tsd-signature", Role.SIGNATURE),
    ("li.tsd-signature", Role.SIGNATURE),
    ("ul.tsd-signatures", Role.LAYOUT_LIST),
    ("ul.tsd-descriptions", Role.LAYOUT_LIST),
    ("ul.tsd-parameters", Role.LAYOUT_LIST),
    ("code.tsd-tag", Role.INLINE),
)

FAMILY = Family(
    name="typedoc",
    marks=("tsd-page-title",),
    content=("header div.tsd-page-title, div.col-content", "main"),  # up to 0.22 the title stands before it
    drop=(
        # The index of what follows on the page. Where nothing follows, it is the page's content.
        ".tsd-index-group:has(~ .tsd-member-group), .tsd-index-group:has(~ .tsd-member-summaries),"
        " .tsd-index-group:has(~ details), div.tsd-index-panel:has(~ section)",
    ),
    rows=ROWS,
    elements=(("ul.tsd-parameter-list > li > h5", Role.LABEL),),
    navigation=("nav.tsd-navigation a[href]",),
    code=CodeRules("button", "", False),
)
