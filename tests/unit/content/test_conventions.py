"""What class names say by themselves: boxes, titles, file names, permalinks of frameworks that have no rows."""

from __future__ import annotations

import pytest

from docspasta.content import read_page
from docspasta.content.conventions import role_by_class
from docspasta.content.family import Role
from docspasta.content.tags import TAGS

URL = "https://kitchen.example.org/docs/page.html"
FILLING = "<p>" + "Pots and pans hang over the stove, and each has its own hook on the wall. " * 4 + "</p>"


def markdown(body: str) -> str:
    """The Markdown of a page of no family."""
    page = f"<html><title>Pots</title><body><main><h1>Pots</h1>{FILLING}{body}{FILLING}</main></body></html>"
    return read_page(page.encode(), URL).markdown


@pytest.mark.parametrize(
    ("tag", "classes", "role"),
    [
        ("div", "callout callout-note", Role.CALLOUT),
        ("div", "rp-callout rp-callout--tip", Role.CALLOUT),
        ("div", "rp-callout__title", Role.TITLE),
        ("div", "rp-callout__content", Role.NONE),
        ("div", "hint-container tip", Role.CALLOUT),
        ("p", "hint-container-title", Role.TITLE),
        ("div", "alert alert-warning", Role.CALLOUT),
        ("h4", "alert-heading", Role.TITLE),
        ("blockquote", "book-hint info", Role.CALLOUT),
        ("div", "custom-block danger", Role.CALLOUT),
        ("div", "custom-content", Role.NONE),
        ("div", "tab-pane fade", Role.PANEL),
        ("div", "tab-pane fade d-print-none", Role.PANEL),
        ("div", "row d-print-none", Role.DROP),
        ("span", "mw-editsection noprint", Role.DROP),
        ("div", "nocontent", Role.DROP),
        ("div", "x:my-6 x:flex x:rounded-lg x:border x:border-amber-200 x:bg-amber-100", Role.CALLOUT),
        ("div", "flex my-6 rounded-full border border-amber-200 bg-amber-100", Role.SPREAD),
        ("div", "x:my-6 x:flex x:rounded-lg x:border x:border-gray-200 x:bg-gray-100", Role.SPREAD),
        ("div", "my-6 flex rounded-lg border border-amber-200 hover:bg-amber-100", Role.SPREAD),
        ("div", "x-tabs__content__item x-tabs__content__item--hidden", Role.PANEL),
        ("div", "tab-content", Role.NONE),
        ("p", "warning", Role.CALLOUT),
        ("div", "hint", Role.NONE),
        ("div", "notice", Role.NONE),
        ("div", "info", Role.NONE),
        ("div", "rp-codeblock__title", Role.CAPTION),
        ("div", "code-block-with-title", Role.NONE),
        ("div", "page-title", Role.NONE),
        ("details", "warning", Role.ADMONITION),
        ("details", "toggle", Role.NONE),
        ("a", "rp-header-anchor", Role.PERMALINK),
        ("a", "button", Role.NONE),
        ("a", "inline-flex items-center", Role.SPREAD),
        ("h2", "flex whitespace-pre-wrap", Role.SPREAD),
        ("span", "block text-sm", Role.BLOCK),
        ("p", "whitespace-pre-line", Role.LINES),
        ("article", "message is-danger", Role.CALLOUT),
    ],
)
def test_class_names_say_what_an_element_is(tag: str, classes: str, role: Role) -> None:
    assert role_by_class(TAGS[tag], set(classes.split())) is role


def test_a_callout_with_a_title_of_its_own() -> None:
    box = '<div class="x-callout x-callout--warning"><div class="x-callout__title">Mind the lid</div><p>Hot.</p></div>'
    assert "> [!WARNING]\n> **Mind the lid**\n>\n> Hot." in markdown(box)


def test_a_callout_whose_label_says_the_kind() -> None:
    box = '<div class="callout"><strong>Caution</strong><p>Steam.</p></div>'
    assert "> [!CAUTION]\n> Steam." in markdown(box)


def test_a_callout_that_only_its_colour_names() -> None:
    box = '<div class="mt-6 flex rounded-lg border border-red-200 bg-red-50"><svg></svg><div>Hot.</div></div>'
    assert "> [!CAUTION]\n> Hot." in markdown(box)


def test_a_heading_that_stands_in_its_own_permalink_is_kept() -> None:
    body = '<h2 id="lids"><a class="header-anchor" href="#lids"><span>Lids</span></a></h2>'
    assert "\n## Lids\n" in markdown(body)


def test_a_permalink_beside_the_heading_is_dropped() -> None:
    body = '<h2 id="lids">Lids <a class="header-anchor" href="#lids">Permalink to Lids</a></h2>'
    assert "\n## Lids\n" in markdown(body)


def test_a_file_name_above_code_is_a_caption() -> None:
    body = '<div class="codeblock-title">pot.py</div><pre><code class="language-python">x = 1</code></pre>'
    assert "**pot.py**\n\n```python\nx = 1\n```" in markdown(body)


def test_a_table_of_fields_is_a_list_of_labels() -> None:
    body = (
        '<table class="field-list"><tr class="field"><th class="field-name">Returns:</th>'
        '<td class="field-body"><p>A pot.</p></td></tr></table>'
    )
    assert "**Returns:**\n\nA pot." in markdown(body)


def test_a_title_far_from_the_text_is_the_first_heading() -> None:
    menu = "<ul>" + "".join(f"<li>pot{n}, its lid, its handle and its rim</li>" for n in range(40)) + "</ul>"
    body = f"<h1>std/pots</h1><div><div>{menu}</div><div>{FILLING}{FILLING}<h2>Lids</h2>{FILLING}</div></div>"
    page = f"<title>std/pots</title><body><div>{body}</div></body>"
    assert read_page(page.encode(), URL).markdown.startswith("# std/pots\n")


def test_a_site_name_is_not_the_heading_of_a_page_that_has_its_own() -> None:
    links = "".join(f'<li><a href="/{n}">Chapter {n}</a></li>' for n in range(40))
    body = (
        f"<header><h1>Pots v1 manual</h1><ul>{links}</ul></header><div><h2>Lids</h2>{FILLING}{FILLING}</div>"
    )
    page = f"<title>Lids | Pots v1 manual</title><body><div>{body}</div></body>"
    assert read_page(page.encode(), URL).markdown.startswith("## Lids\n")


def test_labels_of_radio_buttons_are_tabs() -> None:
    body = (
        '<div class="set"><input type="radio" id="a" checked><label for="a">pip</label><div><p>One.</p></div>'
        '<input type="radio" id="b"><label for="b">uv</label><div><p>Two.</p></div></div>'
    )
    assert "**pip**\n\nOne.\n\n**uv**\n\nTwo." in markdown(body)


def test_a_box_of_headings_with_silent_permalinks_is_no_table_of_contents() -> None:
    body = "".join(
        f'<h3 id="s{n}">Step {n}<a href="#s{n}" aria-label="Permalink"></a></h3><p>Do.</p>' for n in (1, 2)
    )
    assert "### Step 1\n\nDo.\n\n### Step 2\n\nDo." in markdown(f"<div>{body}</div>")


@pytest.mark.parametrize(("classes", "seen"), [("x:sr-only", False), ("md:sr-only", True)])
def test_utility_classes_behind_a_prefix(classes: str, seen: bool) -> None:
    assert ("Footnotes" in markdown(f'<h2 class="{classes}">Footnotes</h2>')) is seen


def test_a_formula_set_in_html_is_no_tex() -> None:
    assert "*x*<sup>2</sup>" in markdown('<p>So <span class="math inline"><em>x</em><sup>2</sup></span>.</p>')
    assert "$x^2$" in markdown('<p>So <span class="math inline">x^2</span>.</p>')


def test_footnotes_that_are_tables() -> None:
    # docutils' HTML 4 writer, and Sphinx before 2.0
    page = (
        '<meta name="generator" content="Docutils 0.14"><body><div class="document"><h1>Pots</h1><p>A pot'
        ' <a class="footnote-reference" href="#f1" id="id1">[1]</a> on the stove in the kitchen.</p>'
        '<table class="docutils footnote" frame="void" id="f1" rules="none"><colgroup><col class="label"><col>'
        '</colgroup><tbody valign="top"><tr><td class="label"><a class="fn-backref" href="#id1">[1]</a></td>'
        "<td>Of iron.</td></tr></tbody></table></div></body>"
    )
    lines = read_page(page.encode(), URL).markdown.splitlines()
    label = lines[2].partition("[^")[2].partition("]")[0]
    assert lines[2] == f"A pot[^{label}] on the stove in the kitchen."
    assert f"[^{label}]: Of iron." in lines


def test_links_under_a_heading_are_its_section_though_they_end_the_page() -> None:
    links = "".join(f'<a href="/{name}">{name}(3)</a>, ' for name in ("gen_event", "gen_statem", "proc_lib"))
    body = f"<section><h3>See Also</h3><div><p>{links}</p></div></section>"
    page = f"<title>Pots</title><body><div><h1>Pots</h1>{FILLING}{FILLING}{body}</div></body>"
    text = read_page(page.encode(), URL).markdown
    assert "### See Also\n\n[gen_event(3)](" in text


def test_a_tab_that_is_not_shown_is_read() -> None:
    tabs = (
        '<div class="tab-content"><div class="tab-pane active">Copper.</div>'
        '<div class="tab-pane" aria-hidden="true">Iron.</div></div>'
    )
    assert "Copper." in markdown(tabs)
    assert "Iron." in markdown(tabs)


def test_code_before_the_first_heading_of_a_page_without_a_title_is_kept() -> None:
    box = "<div class='x'><div class='y'><pre>boil --water</pre></div></div>"
    page = f"<title>Pots</title><body><div>{FILLING}{box}<h2>Lids</h2>{FILLING}</div></body>"
    assert "boil --water" in read_page(page.encode(), URL).markdown


def test_what_follows_the_imprint_is_left_out_but_a_licence_is_not() -> None:
    imprint = (
        "<div class='f'><p>Copyright 2024 the cooks</p></div><div><h4>Keys</h4><p>Press ? for help</p></div>"
    )
    page = f"<title>Pots</title><body><div><h1>Pots</h1>{FILLING}</div>%s</body>"
    assert "Press ?" not in read_page((page % imprint).encode(), URL).markdown
    licence = f"<div><h1>Licence</h1><div><p>Copyright 2024 the cooks</p></div>{FILLING}{FILLING}</div>"
    text = read_page(f"<title>Licence</title><body>{licence}</body>".encode(), URL).markdown
    assert "Copyright 2024" in text
    assert text.count("Pots and pans") == 8


def test_a_title_in_the_banner_is_the_heading_of_what_has_none() -> None:
    page = "<title>%s</title><body><header><h1>Pots</h1></header><main><h2>Lids</h2>%s</main></body>"
    assert read_page((page % ("Pots - Kitchen", FILLING)).encode(), URL).markdown.startswith("# Pots\n")
    assert "# Pots" not in read_page((page % ("Lids - Pots", FILLING)).encode(), URL).markdown


def test_a_note_of_links_before_the_first_heading_is_kept() -> None:
    note = '<div><p>Since last winter the rules are <a href="/rules">in the book of rules and customs</a>.</p></div>'
    page = f"<title>Pots</title><body><div>{note}{FILLING}<h2>Lids</h2>{FILLING * 4}</div></body>"
    assert "book of rules" in read_page(page.encode(), URL).markdown


def test_the_language_of_a_figure_of_code_is_read() -> None:
    numbers = "<td class='gutter'><pre>1</pre></td>"
    code = f"<figure class='highlight js'><table><tr>{numbers}<td class='code'><pre>let a;</pre></td></tr></table>"
    assert "```js\nlet a;\n```" in markdown(code + "</figure>")


def test_what_stands_between_a_title_in_main_and_a_long_section_is_kept() -> None:
    intro = "<section><p>A short word about pots.</p></section>"
    body = f"<header><h1>The pots</h1></header>{intro}<section><h2>Lids</h2>{FILLING * 4}</section>"
    page = f"<title>Kitchen</title><body><main><article>{body}</article></main></body>"
    text = read_page(page.encode(), URL).markdown
    assert text.startswith("# The pots\n\nA short word about pots.\n\n## Lids\n")


@pytest.mark.parametrize("sign", ["#", "¶", "🔗"])
def test_a_custom_element_that_is_a_headings_mark_is_no_part_of_it(sign: str) -> None:
    mark = f'<x-anchor to="#open">{sign}</x-anchor>'
    html = f"<title>Valve</title><main><h1>{mark} <span>Open</span></h1><p>It opens.</p><h2><x-name>C{sign}</x-name></h2><p>It <x-n>#</x-n> is.</p></main>"
    page = read_page(html.encode(), "https://docs.example.org/open")
    assert page.headings[0].text == "Open"
    assert "It # is." in page.markdown and "## C" in page.markdown


def test_a_logo_marked_as_a_heading_above_the_heading_is_a_picture() -> None:
    logo = '<h1> <img src="logo.gif" alt="Valve logo"></h1>'
    page = read_page(f"<title>Valve 2</title>{logo} <h1>Valve 2</h1><p>It opens.</p>".encode(), URL)
    assert [heading.text for heading in page.headings] == ["Valve 2"]
    assert "![Valve logo](" in page.markdown
    alone = read_page(f"<title>Valve 2</title>{logo}<p>It opens.</p><h2>Use</h2>".encode(), URL)
    assert alone.headings[0].text == "Valve logo"
