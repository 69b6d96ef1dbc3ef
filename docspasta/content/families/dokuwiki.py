"""DokuWiki (2024 to 2026), with its note and wrap plugins."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.secedit", Role.DROP),
    ("div.dw__toc", Role.DROP),
    ("div.li", Role.TRANSPARENT),
    ("div.plugin_note", Role.CALLOUT),
    ("div.noteclassic", Role.CALLOUT),
    ("div.notetip", Role.CALLOUT),
    ("div.noteimportant", Role.CALLOUT),
    ("div.notewarning", Role.CALLOUT),
    ("div.wrap_info", Role.CALLOUT),
    ("div.wrap_tip", Role.CALLOUT),
    ("div.wrap_important", Role.CALLOUT),
    ("div.wrap_alert", Role.CALLOUT),
    ("dl.code", Role.NONE),
    ("dl.file", Role.NONE),
)

FAMILY = Family(
    name="dokuwiki",
    generators=("dokuwiki",),
    content=("#dokuwiki__content div.page", "#dokuwiki__content"),
    drop=("#dw__toc, #dokuwiki__content div.docInfo, #dokuwiki__content div.pageId",),
    rows=ROWS,
    elements=(
        ("dl.code > dt, dl.file > dt", Role.CAPTION),
        ("dl.code > dd, dl.file > dd", Role.BLOCK),
    ),
    navigation=("#dokuwiki__aside a[href]", "#sidebar__content a[href]"),
    code=CodeRules("", "", True),
)
