"""Which function opens which element: by tag, and by the role that a family's rows give."""

from __future__ import annotations

from . import (
    admonitions,
    blocks,
    checklists,
    code_spans,
    components,
    controls,
    definitions,
    details,
    emphasis,
    footnotes,
    headings,
    inline,
    inline_boxes,
    json_tree,
    language_text,
    layout_tables,
    lists,
    math,
    media,
    signatures,
    tables,
    tabs,
)
from .family import Role
from .tags import HEADINGS, LAST, TAGS, UNSEEN
from .walk import Open, skip, transparent

_BY_TAG: dict[int, Open] = dict.fromkeys(UNSEEN, skip)
_BY_TAG |= {TAGS[name]: skip for name in "nav form search".split()}
_BY_TAG |= {
    TAGS[name]: blocks.block
    for name in (
        "div p section article main header figure address center fieldset legend hgroup dd menu dir body"
    ).split()
}
_BY_TAG |= {number: headings.heading(level) for number, level in HEADINGS.items()}
_BY_TAG |= {TAGS[name]: blocks.code for name in "pre listing xmp plaintext".split()}
_BY_TAG |= {TAGS[name]: code_spans.code for name in "code tt samp".split()}
_BY_TAG |= {TAGS[name]: emphasis.emphasis("**") for name in "strong b".split()}
_BY_TAG |= {TAGS[name]: emphasis.emphasis("*") for name in "em i".split()}
_BY_TAG |= {TAGS[name]: emphasis.emphasis("~~") for name in "del s strike".split()}
_BY_TAG |= {TAGS[name]: inline.raw_tag(name) for name in "sub sup kbd".split()}
_BY_TAG |= {
    TAGS["p"]: blocks.paragraph,
    TAGS["figcaption"]: blocks.figure_caption,
    TAGS["a"]: inline.anchor,
    TAGS["img"]: media.image,
    TAGS["br"]: inline.line_break,
    TAGS["wbr"]: inline.word_break,
    TAGS["math"]: math.math,
    TAGS["script"]: math.script,
    TAGS["q"]: inline.quotation,
    TAGS["input"]: lists.checkbox,
    TAGS["hr"]: blocks.rule,
    TAGS["blockquote"]: blocks.quote,
    TAGS["footer"]: blocks.footer,
    TAGS["label"]: controls.label_of_field,
    TAGS["ul"]: lists.bullets,
    TAGS["menu"]: lists.bullets,
    TAGS["dir"]: lists.bullets,
    TAGS["ol"]: lists.numbers,
    TAGS["li"]: lists.item,
    TAGS["dl"]: definitions.definitions,
    TAGS["dt"]: definitions.term,
    TAGS["aside"]: blocks.aside,
    TAGS["table"]: tables.table,
    TAGS["tr"]: tables.row,
    TAGS["td"]: tables.cell,
    TAGS["th"]: tables.cell,
    TAGS["caption"]: tables.caption,
    TAGS["details"]: details.details,
    TAGS["summary"]: details.summary,
    TAGS["rt"]: inline.ruby,
    TAGS["button"]: controls.button,
    TAGS["textarea"]: blocks.source_text,
    TAGS["noscript"]: media.noscript,
    TAGS["svg"]: media.drawing,
}
_BY_TAG |= {TAGS[name]: media.embedded for name in "iframe video audio object embed".split()}

# On a page of no known family boxes are looked into: a label may say that one is an admonition.
_GENERAL: dict[int, Open] = _BY_TAG | {
    TAGS[name]: admonitions.perhaps_admonition for name in "div section aside dl".split()
}

# Asked for each element, by its number.
BY_TAG, GENERAL = ([table.get(tag, transparent) for tag in range(LAST + 1)] for table in (_BY_TAG, _GENERAL))

BY_ROLE: dict[Role, Open] = {
    Role.BLOCK: blocks.block,
    Role.INLINE: blocks.run_in,
    Role.ADMONITION: admonitions.admonition,
    Role.CALLOUT: admonitions.callout,
    Role.APART_WORD: inline.apart_word,
    Role.PERHAPS_CODE: blocks.perhaps_code,
    Role.PERMALINK: inline.permalink,
    Role.TITLE: admonitions.title,
    Role.CODE: blocks.code,
    Role.JSON_TREE: json_tree.json_tree,
    Role.CODE_SPAN: code_spans.code,
    Role.CAPTION: blocks.line_of_label,
    Role.LABEL: blocks.line_of_label,
    Role.HEADING1: headings.heading(1),
    Role.HEADING2: headings.heading(2),
    Role.HEADING3: headings.heading(3),
    Role.HEADING4: headings.heading(4),
    Role.TABLIST: tabs.tab_list,
    Role.TAB: tabs.tab,
    Role.PERHAPS_TABS: tabs.perhaps_tab_list,
    Role.PANELS: tabs.panels,
    Role.PANEL: tabs.panel,
    Role.SIGNATURE: signatures.signature,
    Role.SIGNATURE_SPAN: signatures.signature_span,
    Role.MEMBERS: definitions.members,
    Role.FIELDS: definitions.fields,
    Role.MATH: math.math,
    Role.MATH_BLOCK: math.math_block,
    Role.NOTE_REF: inline.note_ref,
    Role.NOTES: footnotes.notes,
    Role.NOTE: footnotes.note,
    Role.DETAILS: details.details,
    Role.LAYOUT: layout_tables.layout,
    Role.OVERVIEW: layout_tables.overview,
    Role.CODE_HEADING: headings.code_heading,
    Role.CODE_HEADING3: headings.code_heading3,
    Role.NOTE_LABEL: footnotes.note_label,
    Role.LAYOUT_LIST: lists.layout_list,
    Role.PARAMETERS: layout_tables.parameters,
    Role.PARAMETERS_BOX: admonitions.parameters_box,
    Role.GRID: tables.grid,
    Role.LINE: blocks.line,
    Role.QUOTE: blocks.quote,
    Role.CHECKED: lists.task("x"),
    Role.UNCHECKED: lists.task(" "),
    Role.CHECKLIST: checklists.checklist,
    Role.ROW: blocks.row,
    Role.BUTTON: controls.button,
    Role.LIST: lists.aria_list,
    Role.ITEM: lists.aria_item,
    Role.ARIA_TABLE: tables.aria_table,
    Role.ARIA_ROW: tables.aria_row,
    Role.ARIA_CELL: tables.aria_cell(False),
    Role.ARIA_HEAD: tables.aria_cell(True),
    Role.APART: inline.apart,
    Role.PREFORMATTED: blocks.preformatted,
    Role.LABELLED: components.labelled,
    Role.PICTURE: media.image,
    Role.EMBEDDED: media.embedded,
    Role.LANGUAGE_TEXT: language_text.language_text,
    Role.LINES: inline_boxes.lines,
    Role.SPREAD: inline_boxes.spread,
    Role.PERHAPS_SIGNATURE: signatures.perhaps_signature,
    Role.PERHAPS_HIDDEN: blocks.perhaps_hidden,
    Role.TRANSPARENT: transparent,
}
