"""A README that GitHub, Gitea or GitLab shows (GitHub's pages of 2026)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.markdown-heading", Role.BLOCK),
    ("a.anchor", Role.DROP),
    ("div.zeroclipboard-container", Role.DROP),
    ("clipboard-copy", Role.DROP),
    ("div.snippet-clipboard-content", Role.NONE),
    ("g-emoji", Role.TRANSPARENT),
    ("div.js-task-list-container", Role.BLOCK),
)

FAMILY = Family(
    name="github",
    signs=("github.githubassets.com", "octolytics-url", "repository-container-header"),
    content=("article.markdown-body", "main"),
    rows=ROWS,
    code=CodeRules("clipboard-copy,button", "", False),
)
