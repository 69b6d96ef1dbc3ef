"""Pages made to hurt: their HTML by what is wrong with it."""

from __future__ import annotations

WORDS = "enough words for a page are here " * 2
HURTFUL: dict[str, str | bytes] = {
    "40,000 nested <div>": "<div>" * 40_000 + WORDS,
    "nested lists": "<ul><li>" * 10_000 + WORDS,
    "nested quotes": "<blockquote>" * 20_000 + WORDS,
    "nested emphasis": "<b><i>" * 20_000 + WORDS,
    "nested tables": "<table><tr><td>" * 3_000 + WORDS,
    "nested definitions": "<dl><dt>a<dd>" * 5_000 + WORDS,
    "nested details": "<details><summary>x</summary>" * 5_000 + WORDS,
    "nested admonitions": '<div class="admonition note"><p class="admonition-title">Note</p>' * 2_000 + WORDS,
    "nested code lines": "<pre>" + "<div><div>" * 3_000 + WORDS,
    "nested superscripts": "<sup>" * 20_000 + WORDS,
    "nested math": "<math>" + "<mrow>" * 10_000 + "<mi>x" + WORDS,
    "40,000 attributes": "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">" + WORDS,
    "a 10 MB line": "word" * 2_500_000 + WORDS,
    "NULs": "\0" * 100_000 + WORDS,
    "entities": "&amp;" * 200_000 + WORDS,
    "an entity bomb": "<!DOCTYPE html [" + '<!ENTITY a "&b;&b;">' * 1_000 + "]>" + "&a;" * 1_000 + WORDS,
    "markup characters": "*_`[]<&$~\\" * 20_000 + WORDS,
    "backticks in code": "<pre>" + "`" * 100_000 + "</pre>" + WORDS,
    "breaks": "x<br>" * 50_000 + WORDS,
    "a wide table": "<table><tr>" + "<td>x" * 20_000 + "</table>" + WORDS,
    "a span of a million columns": "<table><tr><td colspan=1000000>a<td>b<tr><td>c<td>d</table>" + WORDS,
    "links in code": "<code><a href=x>y</a>" * 10_000 + WORDS,
    "unknown classes": "".join(f'<p class="c{n}">x</p>' for n in range(30_000)) + WORDS,
    "open comments": "<!--" * 50_000 + WORDS,
    "less-than signs": "<" * 500_000 + WORDS,
    "every byte": bytes(range(256)) * 500,
    "half a UTF-16 file": b"\xff\xfe<\0p",
}


def hurtful(name: str) -> bytes:
    """The body of one of them."""
    html = HURTFUL[name]
    return html if isinstance(html, bytes) else html.encode()
