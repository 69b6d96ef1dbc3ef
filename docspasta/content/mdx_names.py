"""What components of Mintlify, Fern, GitBook, Docusaurus and others are called, by what they mean. Pure data.

Names are in lower case; those with `%` are GitBook's tags, those with `:` fenced directives.
"""

from __future__ import annotations

BOXES = {
    "note": "note", "info": "info", "tip": "tip", "check": "check", "success": "success",
    "warning": "warning", "danger": "danger", "caution": "caution", "error": "error",
    "important": "important", "aside": "", "callout": "", "admonition": "", "banner": "", "alert": "",
    "%hint": "",
}  # fmt: skip
DIRECTIVES = frozenset(
    "note info tip warning danger caution important success error hint details attention seealso abstract"
    " question example quote bug failure".split()
)
LABELLED = frozenset(
    "tab tabitem tabpanel tabs.tab accordion expandable collapse collapsible fold toggle %tab panel"
    " disclosure".split()
)
CARDS = frozenset("card linkcard cardlink tile feature link-card %content-ref".split())
STEPS = frozenset("steps %stepper stepper".split())
STEP = frozenset("step %step steps.step".split())
FIELDS = frozenset(
    "paramfield responsefield apiparam apiparameter param parameter property properties.property".split()
)
CODE_LABEL = frozenset(("%code", "codeblock"))
PICTURES = frozenset("img image zoomableimage".split())
NOTHING = frozenset(
    "icon iconify snippet head script style helmet %embed %file %include toc docsearch feedback video"
    " youtube iframe tweet %openapi %swagger seo".split()
)
INLINE = frozenset("tooltip badge kbd link anchor a highlight mark term glossary".split())
# Boxes around others, which mean nothing by themselves.
AROUND = frozenset(
    "codegroup codeblocks code-group cardgroup cards cardgrid columns column grid row col frame tabs tabgroup"
    " accordiongroup accordions requestexample responseexample update view panel section div fragment latex"
    " tree filetree codetabs linkgroup center box flex %tabs %columns %column %stepper"
    " %openapi-operation %openapi-schemas %openapi-webhook %updates".split()
)
# Elements of HTML that stand in Markdown; those that are named above mean the same here.
STRONG = frozenset(("b", "strong"))
EMPHASIS = frozenset(("i", "em"))
CODE = frozenset(("code", "tt", "samp"))
BREAKS = frozenset(("br", "wbr"))
LEVELS = {f"h{n}": n for n in range(1, 7)}
BLOCKS = frozenset("p div figure figcaption picture header footer main article dl dt dd".split())
TEXTS = frozenset("span small big u s del ins sup sub font nobr abbr cite time strike".split())
VOID = frozenset(("br", "wbr", "img", "hr", "source"))
OTHERS = frozenset(
    "a kbd mark center section iframe video style table thead tbody tr td th ul ol li details summary"
    " blockquote".split()
)
HTML = frozenset((*STRONG, *EMPHASIS, *CODE, *BREAKS, *LEVELS, *BLOCKS, *TEXTS, *VOID, *OTHERS))
KNOWN = frozenset(
    (*BOXES, *LABELLED, *CARDS, *STEPS, *STEP, *FIELDS, *CODE_LABEL, *PICTURES, *NOTHING, *INLINE, *AROUND)
)
