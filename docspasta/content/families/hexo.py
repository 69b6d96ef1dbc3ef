"""Hexo (8.1): what its themes put at the end of a post. `main_content.py` finds where the post is. From
Landscape, Icarus and Butterfly."""

from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.article-meta", Role.DROP),
    ("div.article-licensing", Role.DROP),
    ("div.article-tags", Role.DROP),
    ("div.post-copyright", Role.DROP),
    ("div.tag_share", Role.DROP),
    ("div.aside-content", Role.DROP),  # cards about the author and the site
    ("footer.article-footer", Role.DROP),
)

FAMILY = Family(name="hexo", generators=("hexo",), rows=ROWS)
