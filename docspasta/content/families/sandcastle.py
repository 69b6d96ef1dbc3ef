"""Sandcastle Help File Builder's websites (2014 to 2020, the VS2013 presentation style)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("table.titleTable", Role.LAYOUT),
    ("td.logoColumn", Role.DROP),
    ("td.titleColumn", Role.BLOCK),
    ("div.pageHeader", Role.DROP),
    ("div.pageFooter", Role.DROP),
    ("div.leftNav", Role.DROP),
    ("span.collapsibleRegionTitle", Role.HEADING2),
    ("img.collapseToggle", Role.DROP),
    ("h4.subHeading", Role.HEADING3),
    ("div.codeSnippetContainerTabs", Role.TABLIST),
    ("div.codeSnippetContainerCode", Role.PANEL),
    ("div.codeSnippetToolBar", Role.DROP),
    ("div.alert", Role.CALLOUT),
)

FAMILY = Family(
    name="sandcastle",
    signs=("branding-Website.css", "branding-Website.js", "TocResize"),
    content=("#TopicContent", "div.topicContent"),
    drop=('a[href="#PageHeader"]',),
    rows=ROWS,
    elements=(("span[id] + script", Role.LANGUAGE_TEXT),),
    navigation=("#tocNav a[href]",),
    code=CodeRules("", "", False),
)
