"""GitBook 2 and 3 and HonKit, theme default (a page of 3.2, HonKit 6.1)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.search-results", Role.DROP),
    ("div.book-header", Role.DROP),
    ("a.navigation", Role.DROP),
    ("footer.page-footer", Role.DROP),
    ("span.copyright", Role.DROP),
    ("div.alert", Role.CALLOUT),
)

FAMILY = Family(
    name="gitbook-legacy",
    generators=("gitbook 2", "gitbook 3", "honkit"),
    signs=("markdown-section", "book-summary"),
    content=("section.markdown-section", "div.page-inner"),
    drop=("a.anchor-navigation-ex-anchor, #anchor-navigation-ex-navbar",),
    rows=ROWS,
    elements=(('sup > a[id^="reffn_"]', Role.NOTE_REF), ('blockquote[id^="fn_"]', Role.NOTE)),
    navigation=("ul.summary li.chapter > a[href]",),
    code=CodeRules("button", "", False),
)
