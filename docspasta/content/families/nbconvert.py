"""nbconvert: notebooks as HTML, templates lab, classic and basic (7.17)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.jp-InputPrompt", Role.DROP),
    ("div.jp-OutputPrompt", Role.DROP),
    ("div.prompt", Role.DROP),
    ("div.jp-Collapser", Role.DROP),
    ("a.anchor-link", Role.DROP),
)

FAMILY = Family(
    name="nbconvert",
    signs=("jp-Notebook", "notebook-container", "jp-Cell", "text_cell_render"),
    content=("main", "#notebook-container", "body"),
    rows=ROWS,
    code=CodeRules("", "", False),
)
