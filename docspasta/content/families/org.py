"""Org mode's export to HTML (9.x)."""

from ..code import CodeRules
from ..family import Family, Role

FAMILY = Family(
    name="org",
    generators=("org mode", "org-mode"),
    content=("#content",),
    drop=("#table-of-contents, #org-div-home-and-up, #footnotes > h2",),
    rows=(("span.tag", Role.APART),),
    elements=(
        ("li.on > code:first-child", Role.CHECKED),
        ("li.off > code:first-child, li.trans > code:first-child", Role.UNCHECKED),
    ),
    navigation=("#table-of-contents a[href]", "#sitemap a[href]"),
    code=CodeRules("span.linenr", "", False),
)
