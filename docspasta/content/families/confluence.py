"""Confluence: spaces exported to HTML, and pages of a server (exports of 7 and 8)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.page-metadata", Role.DROP),
    ("div.pageSection", Role.DROP),  # attachments, comments
    ("ol.breadcrumbs", Role.DROP),
    ("div.toc-macro", Role.DROP),
    ("div.toc-indentation", Role.DROP),
    ("div.confluence-information-macro", Role.ADMONITION),
    ("div.confluence-information-macro-information", Role.ADMONITION),
    ("span.confluence-information-macro-icon", Role.DROP),
    ("div.codeHeader", Role.CAPTION),
    ("div.panelHeader", Role.LABEL),
    ("span.expand-control-text", Role.INLINE),
    ("div.expand-control", Role.LABEL),
    ("span.status-macro", Role.INLINE),
    ("div.contentLayout2", Role.BLOCK),
)

FAMILY = Family(
    name="confluence",
    signs=("wiki-content", "com-atlassian-confluence", "ajs-page-id", "confluence-base-url"),
    content=("#title-heading & #main-content", "#main-content"),
    drop=("#breadcrumb-section, #likes-and-labels-container, #comments-section, #footer, #navigation",),
    rows=ROWS,
    elements=(
        ("#title-text > a", Role.TRANSPARENT),
        ("div.confluence-information-macro > p.title", Role.TITLE),
        ("ul.inline-task-list > li.checked > span:first-child", Role.CHECKED),
        ("ul.inline-task-list > li:not(.checked) > span:first-child", Role.UNCHECKED),
    ),
    navigation=("div.plugin_pagetree a[href]", "#breadcrumbs a[href]"),
    code=CodeRules("", "", False),
)
