"""MediaWiki, all skins, with Cite, SyntaxHighlight and Translate (pages of 1.35 to 1.44)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("span.mw-editsection", Role.DROP),
    ("a.mw-jump-link", Role.DROP),
    ("div.mw-jump", Role.DROP),
    ("div.mw-indicators", Role.DROP),
    (".noprint", Role.DROP),
    (".mw-empty-elt", Role.DROP),
    ("div.printfooter", Role.DROP),
    ("div.catlinks", Role.DROP),
    ("div.toc", Role.DROP),
    ("div.navbox", Role.DROP),
    ("table.navbox", Role.DROP),
    ("div.navbar", Role.DROP),
    ("div.t-navbar", Role.DROP),
    ("table.sidebar", Role.DROP),
    ("table.vertical-navbox", Role.DROP),
    ("span.t-lines", Role.SPREAD),
    ("span.mw-geshi", Role.CODE_SPAN),
    ("table.ambox", Role.DROP),
    ("div.hatnote", Role.BLOCK),
    ("span.mw-cite-backlink", Role.DROP),
    ("sup.reference", Role.NOTE_REF),
    ("ol.references", Role.NOTES),
    ("div.mw-references-wrap", Role.BLOCK),
    ("span.reference-text", Role.INLINE),
    ("div.mw-translate-fuzzy", Role.BLOCK),
    ("div.mw-pt-languages", Role.DROP),
    ("div.mw-pt-translate-header", Role.DROP),
    ("span.mw-headline", Role.INLINE),
    ("div.mw-heading", Role.BLOCK),
)

FAMILY = Family(
    name="mediawiki",
    generators=("mediawiki",),
    signs=("mw-content-text", "mw-parser-output"),
    content=("#firstHeading & #mw-content-text", "#mw-content-text", "main"),
    drop=("#toc, #siteSub, #contentSub, #jump-to-nav, #catlinks, #mw-panel-toc",),
    rows=ROWS,
    navigation=("#mw-panel a[href]", "#p-navigation a[href]"),
    code=CodeRules(".lineno,.linenos", "", False),
)
