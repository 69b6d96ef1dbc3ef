"""Lexbor's numbers of the HTML elements. The walk compares numbers: a tag's name costs twice as much."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborHTMLParser


def _ids(names: str) -> dict[str, int]:
    parser = LexborHTMLParser("")
    return {name: parser.create_node(name).tag_id for name in names.split()}


TAGS: Final = _ids(
    "html head body title meta link base script style template noscript svg math iframe object embed"
    " video audio"
    " canvas map area frameset frame noframes button input select option textarea label form datalist"
    " progress"
    " fieldset legend dialog nav header footer aside main article section div p pre listing xmp plaintext"
    " code"
    " samp kbd tt var a img picture source figure figcaption blockquote q cite ul ol menu dir li dl dt dd"
    " table"
    " caption colgroup col thead tbody tfoot tr th td h1 h2 h3 h4 h5 h6 hgroup hr br wbr strong b em i"
    " dfn del s"
    " strike ins u mark small big sub sup abbr span font center address details summary time ruby rt rp"
    " search"
)
TEXT: Final = 2  # LXB_TAG__TEXT
LAST: Final = 255  # above any number of an element; those it does not know are numbered by their address
COMMENT: Final = 4  # LXB_TAG__EM_COMMENT
NAMES: Final = {number: name for name, number in TAGS.items()}


def tag_set(names: str) -> frozenset[int]:
    """The numbers of the elements named, separated by spaces."""
    return frozenset(TAGS[name] for name in names.split())


HEADINGS: Final = {TAGS[f"h{level}"]: level for level in range(1, 7)}

# Elements that most pages lack: where the conversion is compiled the HTML is asked for them, not the tree.
SOUGHT: Final = frozenset("template area iframe frame button script base".split())

# Elements that start and end a block of text (HTML "Rendering", 15.3.3 flow content).
BLOCKS: Final = tag_set(
    "div p section article main header footer aside nav figure figcaption blockquote ul ol menu dir li dl"
    " dt dd"
    " table caption thead tbody tfoot tr td th h1 h2 h3 h4 h5 h6 hgroup hr pre listing xmp address"
    " details summary"
    " fieldset legend center form dialog search body html"
)

# Elements whose content no reader sees, or that a document cannot use.
STRUCTURE: Final = "h1,h2,h3,h4,h5,h6,ul,ol,dl,table,pre,blockquote,img,figure"  # what no block of code holds
UNSEEN: Final = tag_set(
    "head title script style template noscript iframe object embed video audio canvas map frameset noframes"
    " button select datalist progress textarea dialog svg rp"
)
