"""DocFX 2, default template, and its modern template (a class page of 2.59; the templates default and modern
of 2026)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("span.pull-right.mobile-hide", Role.DROP),
    ("a.header-action", Role.DROP),
    ("div.actionbar", Role.DROP),
    ("div.contribution", Role.DROP),
    ("div.next-article", Role.DROP),
    ("div.NOTE", Role.CALLOUT),
    ("div.TIP", Role.CALLOUT),
    ("div.IMPORTANT", Role.CALLOUT),
    ("div.WARNING", Role.CALLOUT),
    ("div.CAUTION", Role.CALLOUT),
    ("dl.parameters", Role.NONE),
    ("dl.typelist", Role.FIELDS),
    ("dl.facts", Role.FIELDS),
    ("span.parametername", Role.CODE_SPAN),
)

FAMILY = Family(
    name="docfx",
    generators=("docfx",),
    signs=("docfx.css", "docfx.min.css", "docfx.vendor.css", "docfx.vendor.min.css"),
    content=("#_content", "main article", "article"),
    rows=ROWS,
    elements=(("#_content > h6", Role.BLOCK),),  # "Namespace: ..."
    navigation=("#toc a[href]", "#sidetoc a[href]"),
    code=CodeRules("button", "", False),
)
