"""Tables: GFM when Markdown can say it, HTML when cells span, and no table at all when it only arranges."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from .blocks import ListState, block, item
from .code import is_gutter
from .escape import html_text, in_table
from .family import Role
from .inline import close_emphasis, open_emphasis
from .near import short_text
from .tags import TAGS, TEXT
from .walk import SKIP, Attributes, Opened, Walk
from .writer import Writer

_TR, _TD, _TH, _THEAD, _TABLE = (TAGS[name] for name in ("tr", "td", "th", "thead", "table"))
_SECTIONS = frozenset({_THEAD, TAGS["tbody"], TAGS["tfoot"]})
_CAPTION, _PRE, _DIV = TAGS["caption"], TAGS["pre"], TAGS["div"]
_ARRANGED = "h1,h2,h3,table"  # a data cell holds none of these
_BLOCKY = "pre,ul,ol,dl,div,p"
_MAX_DEPTH = 4  # tables in tables; deeper ones are arranged
_MAX_COLUMNS = 200
_MAX_ROWS = 20_000


class Cell(Writer):
    """A cell: blocks become lines, joined by <br>."""

    flat = True

    def begin(self, paragraph: bool = False) -> None:
        if self.out:
            self.out.append("<br>")
        if self.lead:
            self.out.append(self.lead)
            self.lead = ""
        self.last_list = ""
        self.alert = self.after_text = False

    def open(self, marker: str, indent: str, tight: bool = False) -> tuple[str, str | None, int]:
        self.lead = marker if marker[0] in "-*" or marker[0].isdigit() else ""
        return "", None, 0

    def close(self, saved: tuple[str, str | None, int]) -> None:
        self.lead = ""

    def end_item(self, saved: tuple[str, str | None, int]) -> None:
        self.lead = ""

    def block(self, text: str) -> None:
        self.begin()
        self.out.append(" ".join(text.split()))

    def fence(self, text: str, info: str) -> None:
        for line in text.split("\n"):
            if line.strip():
                self.begin()
                self.out.append(self.span(line))

    def settle(self) -> None:
        self.close_markup()
        self.move()

    def heading(self, level: int, text: str, anchor: str) -> None:
        self.flush()

    def hard_break(self) -> None:
        self.parts.append("<br>" if any(self.parts) else "")
        self.space = True


class HtmlCell(Cell):
    """A cell of a table that Markdown cannot say: its text is HTML."""

    html = True

    def span(self, text: str) -> str:
        return f"<code>{html_text(text)}</code>"

    def close_link(self) -> None:
        if self.link is None:
            return
        start, url, fragment, _ = self.link
        self.link = None
        if not any(part.strip() for part in self.parts[start + 1 :]):
            return
        destination = html_text(url + ("#" + fragment if fragment else "")).replace('"', "%22")
        first = next(n for n in range(start + 1, len(self.parts)) if self.parts[n])
        self.parts[start] = " " * self.parts[first].startswith(" ")
        self.parts[first] = f'">{self.parts[first].lstrip(" ")}'
        self.parts[start] += '<a href="'
        self.parts.insert(start + 1, destination)
        self.targets.append((start + 1, url, fragment))
        self.parts.append("</a>")


@dataclass
class TableState:
    """One table being written."""

    html: bool
    outer: Writer
    rows: list[list[tuple[Cell, LexborNode, bool]]] = field(default_factory=list)
    aligns: list[str] = field(default_factory=list)
    head: int = 0  # rows that are headings


def table(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<table>."""
    if walk.line or walk.code is not None:
        return None
    walk.flush()
    hint, walk.table_hint = walk.table_hint, Role.NONE
    if hint is Role.PARAMETERS:
        return parameters(walk, node, attributes)
    if hint is Role.LAYOUT:
        return layout(walk, node, attributes)
    if walk.w.flat or walk.tables >= _MAX_DEPTH or attributes.get("role") in ("presentation", "none"):
        return layout(walk, node, attributes)
    rows = _rows(node)
    kind = _kind(rows)
    if kind == "layout":
        return layout(walk, node, attributes)
    walk.tables += 1
    state = TableState(kind == "html", walk.w)
    walk.grids.append(state)
    return _end_table, state


def layout(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table that only arranges: its cells are blocks."""
    if walk.line or walk.code is not None:
        return None
    walk.flush()
    walk.tables += 1
    walk.grids.append(None)
    return _end_layout, None


def parameters(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table whose rows are parameters: a list, each with its name in bold."""
    if walk.line or walk.code is not None:
        return None
    if walk.w.flat:
        return layout(walk, node, attributes)
    walk.flush()
    walk.tables += 1
    walk.grids.append("parameters")
    walk.lists.append(ListState(False, "-", 0))
    return _end_parameters, None


def _end_parameters(walk: Walk, _: None) -> None:
    walk.flush()
    walk.tables -= 1
    walk.grids.pop()
    walk.lists.pop()
    walk.w.last_list = "-"


def grid(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table made of blocks: its heads come first, then as many cells to a row."""
    if walk.line or walk.code is not None or walk.w.flat:
        return block(walk, node, attributes)
    walk.flush()
    cells = list(node.iter())
    width = sum(1 for each in cells if "table-header" in (each.attributes.get("class") or ""))
    if width == 0 or len(cells) > 10 * _MAX_ROWS:
        return block(walk, node, attributes)
    state = TableState(False, walk.w)
    state.head = 1
    walk.tables += 1
    walk.grids.append(state)
    for number, each in enumerate(cells):
        walk.marked[each.mem_id] = _first_cell if number % width == 0 else cell
    return _end_table, state


def _first_cell(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    walk.flush()
    walk.grids[-1].rows.append([])
    return cell(walk, node, attributes)


def overview(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table that arranges an overview of what follows: its headings are labels."""
    opened = layout(walk, node, attributes)
    if walk.grids and opened is not None:
        walk.grids[-1] = "overview"
    return opened


def _end_layout(walk: Walk, _: None) -> None:
    walk.flush()
    walk.tables -= 1
    walk.grids.pop()


def _rows(node: LexborNode) -> list[LexborNode]:
    rows = []
    for child in node.iter():
        tag = child.tag_id
        if tag == _TR:
            rows.append(child)
        elif tag in _SECTIONS:
            rows.extend(each for each in child.iter() if each.tag_id == _TR)
        if len(rows) > _MAX_ROWS:
            break
    return rows


def _kind(rows: list[LexborNode]) -> str:
    """`markdown`, `html` (cells span) or `layout`."""
    widest = total = 0
    spans = headed = False
    for row in rows:
        cells = [cell for cell in row.iter() if cell.tag_id in (_TD, _TH)]
        widest = max(widest, len(cells))
        total += len(cells)
        for cell in cells:
            headed = headed or cell.tag_id == _TH
            attributes = cell.attributes
            if attributes:
                across, down = attributes.get("colspan") or "1", attributes.get("rowspan") or "1"
                spans = spans or (down not in ("1", "")) or (across not in ("1", "") and len(cells) > 1)
    if not rows or widest > _MAX_COLUMNS or len(rows) > _MAX_ROWS or (widest < 2 and not headed):
        return "layout"
    if _arranges(rows, total, headed):
        return "layout"
    return "html" if spans else "markdown"


def _arranges(rows: list[LexborNode], total: int, headed: bool) -> bool:
    """Whether cells hold what no data cell does: headings, tables, the line numbers beside code."""
    if len(rows) == 1 and not headed and rows[0].css_first(_BLOCKY) is not None:
        return True
    if (
        len(rows) < 4
        and rows[-1].css_first("pre") is not None
        and any(_is_gutter_cell(c) for c in rows[-1].iter())
    ):
        return True
    if headed and len(rows) > 1:
        return False
    if total > 4000:
        return False
    return any(row.css_first(_ARRANGED) is not None for row in rows)


def row(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<tr>."""
    if walk.line:
        walk.text(" ")
        return None
    walk.flush()
    state = walk.grids[-1] if walk.grids and walk.grids[-1] != "overview" else None
    if state is None:
        return (_end_row, None) if walk.w.flat else None
    if state == "parameters":
        if not any(child.tag_id == _TD for child in node.iter()):
            return SKIP
        return item(walk, node, attributes)
    parent = node.parent
    if parent is not None and parent.tag_id == _THEAD and state.head == len(state.rows):
        state.head += 1
    state.rows.append([])
    return None


def _end_row(walk: Walk, _: None) -> None:
    walk.flush()


def cell(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<td>, <th>."""
    if walk.line:
        walk.text(" ")
        return None
    state = walk.grids[-1] if walk.grids and walk.grids[-1] != "overview" else None
    if state is None:
        if walk.w.flat:
            walk.text(" ")
            return None
        walk.flush()
        if _is_gutter_cell(node):
            return SKIP
        return _end_row, None
    if state == "parameters":
        return _parameter(walk, node, attributes.get("class") or "")
    walk.flush()
    if not state.rows:
        state.rows.append([])
    saved = (walk.lists, walk.alerts, walk.emphasis, walk.w)
    walk.w = HtmlCell() if state.html else Cell()
    walk.lists, walk.alerts, walk.emphasis = [], [], set()
    state.rows[-1].append((walk.w, node, node.tag_id == _TH))
    return _end_cell, saved


def _parameter(walk: Walk, node: LexborNode, classes: str) -> Opened:
    """A cell of a list of parameters: the first is the name, in bold; the others run on."""
    first = ("paramname" in classes or not any(walk.w.parts)) and "paramdir" not in classes
    if any(walk.w.parts) and not walk.w.space:
        walk.text(" ")
    following = node.next
    while following is not None and following.tag_id != _TD:
        following = following.next
    if first and following is not None and node.css_first("code") is None:
        return _end_name, open_emphasis(walk, "**")
    return _end_name, None


def _end_name(walk: Walk, emphasis: object) -> None:
    if isinstance(emphasis, tuple):
        close_emphasis(walk, emphasis[1])
    if walk.w.parts and not walk.w.space:
        walk.text(" ")


def _end_cell(walk: Walk, saved: tuple[list[object], list[list[object]], set[str], Writer]) -> None:
    walk.flush()
    inner = walk.w
    walk.lists, walk.alerts, walk.emphasis, walk.w = saved
    if inner is not walk.w:
        for name, _ in inner.anchors:
            walk.w.anchor(name)


def _is_gutter_cell(node: LexborNode) -> bool:
    """A cell of line numbers beside code."""
    following = node.next
    while following is not None and following.tag_id == TEXT:
        following = following.next
    if following is None or following.tag_id != _TD:
        return False
    first: LexborNode | None = node
    for _ in range(8):  # the first text of a column of numbers is a number
        if first is None or first.tag_id == TEXT:
            break
        first = first.first_child
    if first is None or not (first.text_content or "0").strip()[:1].isdigit():
        return False
    text = short_text(node, 20_000)
    return text is not None and is_gutter(text) and following.css_first("pre") is not None


def caption(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<caption>: a line above the table."""
    if walk.line:
        return None
    walk.flush()
    return _end_row, None


def _end_table(walk: Walk, state: TableState) -> None:
    walk.flush()
    walk.tables -= 1
    walk.grids.pop()
    walk.w = state.outer
    rows = [row for row in state.rows if any(any(part.strip() for part in cell.out) for cell, _, _ in row)]
    if not rows:
        return
    if state.html:
        _html(walk.w, rows)
    elif len(rows) == 1 and not any(header for _, _, header in rows[0]) and len(rows[0]) < 2:
        for cell, _, _ in rows[0]:
            walk.w.begin(True)
            _move(walk.w, cell)
    else:
        _markdown(walk.w, rows, state.head)


def _markdown(w: Writer, rows: list[list[tuple[Cell, LexborNode, bool]]], head: int) -> None:
    """A GFM table (4.10). Without a row of headings its first row is empty."""
    width = max(len(row) for row in rows)
    headed = head > 0 or all(header for _, _, header in rows[0])
    w.begin()
    line = w.out.append
    aligns = _aligns(rows, width)
    if not headed:
        line("|" + "  |" * width)
        line("\n" + w.prefix + aligns)
    for number, row in enumerate(rows):
        line(("" if headed and number == 0 else "\n" + w.prefix) + "|")
        for cell, _, _ in row:
            line(" ")
            _move(w, cell)
            line(" |")
        if len(row) < width:
            line("  |" * (width - len(row)))
        if headed and number == 0:
            line("\n" + w.prefix + aligns)


def _move(w: Writer, cell: Cell) -> None:
    """A cell's parts into the page's, pipes escaped, links remembered."""
    base = len(w.out)
    w.out.extend([in_table(part) for part in cell.out])
    for part, url, fragment in cell.placed:
        w.out[base + part] = cell.out[part].replace("|", "%7C")
        w.placed.append((base + part, url, fragment))


def _aligns(rows: list[list[tuple[Cell, LexborNode, bool]]], width: int) -> str:
    """The delimiter row, with the alignment of each column's first cells."""
    found = [""] * width
    for row in rows[:2]:
        for column, (_, node, _) in enumerate(row):
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


def _html(w: Writer, rows: list[list[tuple[Cell, LexborNode, bool]]]) -> None:
    """A table whose cells span, as HTML; it holds no blank line, so it is one HTML block (CommonMark 4.6)."""
    w.begin()
    start = "\n" + w.prefix
    line = w.out.append
    line("<table>")
    for row in rows:
        line(f"{start}<tr>")
        for cell, node, header in row:
            name = "th" if header else "td"
            line(f"<{name}{_span_attributes(node)}>")
            base = len(w.out)
            w.out.extend(cell.out)
            w.placed.extend((base + part, url, fragment) for part, url, fragment in cell.placed)
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
