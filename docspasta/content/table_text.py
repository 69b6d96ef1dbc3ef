"""A table as Markdown (GFM 4.10), or as HTML when its cells span."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from selectolax.lexbor import LexborNode

from .escape import in_table
from .inline_text import Target
from .writer import Blocks

# The parts of a cell's text, the links in it, its element, whether it is a heading.
CellText = tuple[list[str], Sequence[Target], LexborNode, bool]

_LINKS: Final = itemgetter(1)
_MOST_LOOKED_AT: Final = 2  # rows


def write_markdown(w: Blocks, rows: list[list[CellText]], head: int) -> None:
    """A GFM table (4.10). Without a row of headings its first row is empty."""
    rows = _without_blank_columns(rows)
    width = max(len(row) for row in rows)
    headed = head > 0 or all(header for _, _, _, header in rows[0]) or _is_bold(rows)
    w.begin()
    line = w.out.append
    aligns = _aligns(rows, width)
    if not headed:
        line("|" + "  |" * width)
        line("\n" + w.prefix + aligns)
    for number, row in enumerate(rows):
        start = "|" if headed and number == 0 else f"\n{w.prefix}|"
        rest = "  |" * (width - len(row))
        if not any(map(_LINKS, row)):
            line("".join([start, *[f" {in_table(''.join(cell[0]))} |" for cell in row], rest]))
        else:
            line(start)
            for out, placed, _, _ in row:
                line(" ")
                move_cell(w, out, placed)
                line(" |")
            line(rest)
        if headed and number == 0:
            line("\n" + w.prefix + aligns)


def _without_blank_columns(rows: list[list[CellText]]) -> list[list[CellText]]:
    """The rows without columns that only keep others apart: nothing stands in them, no heading either."""
    blank = {column for column, cell in enumerate(rows[0]) if not _says(cell)}
    if not blank:
        return rows
    for row in rows[1:]:
        blank -= {column for column in blank if column < len(row) and _says(row[column])}
    if not blank or len(blank) == len(rows[0]):
        return rows
    return [[cell for column, cell in enumerate(row) if column not in blank] for row in rows]


def _says(cell: CellText) -> bool:
    """Whether anything stands in a cell."""
    return any(part and not part.isspace() for part in cell[0])


def _is_bold(rows: list[list[CellText]]) -> bool:
    """Whether the first row of several is bold altogether, and no other: so a table is headed by hand."""
    first, *others = [["".join(cell[0]) for cell in row] for row in rows[:_MOST_LOOKED_AT]]
    return len(first) > 1 and bool(others) and all(map(_bold, first)) and not any(map(_bold, others[0]))


def _bold(text: str) -> bool:
    return len(text) > 4 and text.startswith("**") and text.endswith("**") and "**" not in text[2:-2]


def move_cell(w: Blocks, parts: list[str], placed: Sequence[Target]) -> None:
    """A cell's parts into the page's, pipes escaped, links remembered."""
    base = len(w.out)
    if "|" not in "".join(parts):
        w.out += parts
    else:
        w.out.extend([in_table(part) for part in parts])
        for part, _, _ in placed:
            w.out[base + part] = parts[part].replace("|", "%7C")
    for part, url, fragment in placed:
        w.placed.append((base + part, url, fragment))


def _aligns(rows: list[list[CellText]], width: int) -> str:
    """The delimiter row, with the alignment of each column's first cells."""
    found = [""] * width
    for row in rows[:2]:
        for column, (_, _, node, _) in enumerate(row):
            if not found[column]:
                found[column] = _alignment(node)
    marks = {"left": " :--- |", "right": " ---: |", "center": " :---: |"}
    return "|" + "".join(marks.get(align, " --- |") for align in found)


def _alignment(node: LexborNode) -> str:
    attributes = node.attributes
    if not attributes:
        return ""
    style = (attributes.get("style") or "").replace(" ", "").lower()
    if "text-align:" in style:
        return style.partition("text-align:")[2].partition(";")[0]
    for name in (attributes.get("class") or "").split():
        for align in ("left", "right", "center"):
            if name in (
                f"text-{align}",
                f"halign-{align}",
                f"align-{align}",
                f"{align}-align",
                f"tableblock-{align}",
            ):
                return align
    return (attributes.get("align") or "").lower()


def write_html(w: Blocks, rows: list[list[CellText]]) -> None:
    """A table whose cells span, as HTML; it holds no blank line, so it is one HTML block (CommonMark 4.6)."""
    w.begin()
    start = "\n" + w.prefix
    line = w.out.append
    line("<table>")
    for row in rows:
        line(f"{start}<tr>")
        for out, placed, node, header in row:
            name = "th" if header else "td"
            line(f"<{name}{_span_attributes(node)}>")
            base = len(w.out)
            w.out.extend(out)
            w.placed.extend((base + part, url, fragment) for part, url, fragment in placed)
            line(f"</{name}>")
        line("</tr>")
    line(f"{start}</table>")


def _span_attributes(node: LexborNode) -> str:
    attributes = node.attributes
    out = ""
    for name in ("colspan", "rowspan"):
        value = attributes.get(name) or ""
        if value.isdigit() and 1 < int(value[:5]) <= 1000:
            out += f' {name}="{int(value[:5])}"'
    return out
