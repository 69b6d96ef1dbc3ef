"""Lists, tables, headings, footnotes and boxes that their tags do not name."""

from __future__ import annotations

import hashlib

import pytest

from docspasta.content import read_page

from .between import URL, between

MARK = hashlib.blake2b(URL.encode(), digest_size=3).hexdigest()
CASES = {
    "a list directly in a list": (
        "<ul><li>one</li><ul><li>two</li></ul><li>three</li></ul>",
        "- one\n  - two\n- three",
    ),
    "one of numbers": (
        "<ol><li>one</li><ol><li>two</li></ol><li>three</li></ol>",
        "1. one\n   1. two\n2. three",
    ),
    "a table in a cell": (
        "<table><thead><tr><th>Name<th>What</thead><tr><td>a<td><p>The first.</p><h6>Properties</h6><table><thead>"
        "<tr><th>Name<th>Type<th>What</thead><tr><td><code>b</code><td>int<td><p>Its b.</p><tr><td><code>c</code>"
        "<td><td><p>Its c.</p></table></table>",
        "| Name | What |\n| --- | --- |\n| a | The first.<br>Properties<br>Name \\| Type \\| What<br>`b` \\| int "
        "\\| Its b.<br>`c` \\| \\| Its c. |",
    ),
    "columns that keep others apart": (
        "<table><tr><td>a<td>&nbsp;<td>b<td><tr><td>c<td> <td>d<td></table>",
        "|  |  |\n| --- | --- |\n| a | b |\n| c | d |",
    ),
    "a column that is empty but has a heading": (
        "<table><tr><th>A<th>B<tr><td>a<td></table>",
        "| A | B |\n| --- | --- |\n| a |  |",
    ),
    "a table of one row with boxes in its cells": (
        "<table><tr><td><p><code>OPEN</code></p><td>=<td><div>1</div><td><p>opens it</p></table>",
        "`OPEN` = 1 opens it",
    ),
    "a table of one row": (
        "<table><tr><td><code>f</code>( <a href=https://x.example/>x</a> )<td>( function )</table>",
        "`f`( [x](https://x.example/) ) ( function )",
    ),
    "lines of code in cells, some with breaks": (
        "<table><tr><td><p><tt>f(</tt></p><tr><td><p><tt>&nbsp;&nbsp;a: int<br><br>g()</tt></p></table>",
        "```\nf(\n  a: int\n\ng()\n```",
    ),
    "an arrow before a link": (
        "<ul><li><img src=/i/down.gif alt=''> <a href=https://x.example/>Alias</a><li><img src=/i/valve.gif alt=''> b</ul>",
        "- [Alias](https://x.example/)\n- ![](https://docs.example.org/i/valve.gif) b",
    ),
    "a list that arranges, with signs before its headings": (
        "<ul><li><div><a href='#s1'>¶</a></div><h2>Valves</h2><p>They open.</p><pre>open()</pre><li><h3>More</h3><p>They close.</ul>",
        "## Valves\n\nThey open.\n\n```\nopen()\n```\n\n### More\n\nThey close.",
    ),
    "headings of sections in sections": (
        "<section><h1>A</h1><p>a</p><section><h1>B</h1><p>b</p></section></section><section><h1>C</h1><p>c</p></section>",
        "## A\n\na\n\n### B\n\nb\n\n## C\n\nc",
    ),
    "those with lower levels, too": (
        "<section><h1>A</h1><section><h1>B</h1><h2>D</h2><p>d</p></section></section><section><h1>C</h1><p>c</p></section>",
        "# A\n\n# B\n\n## D\n\nd\n\n# C\n\nc",
    ),
    "lists of one item each, as programs export them": (
        "<ul class=b><li>a<ul class=b><li>b</ul></ul><ul class=b><li>c</ul><ol class=n start=1><li>d</ol><ol class=n start=2><li>e</ol>",
        "- a\n  - b\n\n- c\n\n1. d\n\n2. e",
    ),
    "two lists of one name": ("<ul class=b><li>a<li>b</ul><ul class=b><li>c</ul>", "- a\n- b\n\n* c"),
    "a list below one by its name": (
        "<ol class='lst-kix_x-0 start'><li>a</ol><ul class=lst-kix_x-1><li>b</ul><ol class=lst-kix_x-0 start=2><li>c</ol>",
        "1. a\n   - b\n\n2. c",
    ),
    "boxes of an export": (
        "<figure class=callout><div><span class=icon>i</span></div><div><p>Mind the pressure.</p></div></figure>"
        "<ul class=to-do-list><li><div class='checkbox checkbox-on'></div> <span>Done</span></ul>",
        "> [!NOTE]\n> Mind the pressure.\n\n- [x] Done",
    ),
    "a column of headings over code": (
        "<table><tr><th>First version<tr><td><pre>a\n  b</pre><tr><th>Second<tr><td><pre>c\nd</pre></table>",
        "First version\n\n```\na\n  b\n```\n\nSecond\n\n```\nc\nd\n```",
    ),
    "a logo in a heading": (
        "<h2>Tea <img class=toplogo src=t.png alt='[Tea logo]'></h2><p>Hot.</p>",
        "## Tea\n\nHot.",
    ),
    "a theme's title above the text's own": ("<h1>Tea</h1><h1 id=tea>Tea</h1><p>Hot.</p>", "# Tea\n\nHot."),
    "AsciiMath in its element": ('<div class="math">\\$a = b\\$</div>', "$$\na = b\n$$"),
    "a table that arranges a list of terms": (
        "<table><tr><td colspan=2>Methods<tr><td>&nbsp;<td><dl><dt>boil(self)<dd>Boils.</dl></table>",
        "Methods\n\n- **boil(self)**\n\n  Boils.",
    ),
    "a table in a cell, with a row that has no cell": (
        "<table><tr><th>A<th>B<tr><td>a<td><table><tr></tr><tr><th>C<th>D<tr><td>c<td>d</table></table>",
        "| A | B |\n| --- | --- |\n| a | C \\| D<br>c \\| d |",
    ),
    "terms that are headings": (
        '<dl><dt><h4 id="a">a()</h4></dt><dd><p>Does a.</p></dd><dt><h4>b()</h4></dt><dd>Does b.</dd></dl>',
        "#### a()\n\nDoes a.\n\n#### b()\n\nDoes b.",
    ),
    "terms that are headings in boxes, with rules between": (
        '<dl><hr><dt><div><h4 id="a">a()</h4><p>Old.</p></div></dt><dd>Does a.</dd><hr><dt><div><h4>b()</h4></div></dt>'
        "<dd>Does b.</dd></dl>",
        "---\n\n#### a()\n\nOld.\n\nDoes a.\n\n---\n\n#### b()\n\nDoes b.",
    ),
    "a term that nothing is said about, with a block in it": (
        "<ul><li><dl><dt><div>If it is cold.</div></dt><dd></dd><dt></dt><dd><dl><dt>Type</dt><dd>ColdError</dd></dl>"
        "</dd></dl></li><li>HotError</li></ul>",
        "- If it is cold.\n\n  - **Type**\n\n    ColdError\n\n- HotError",
    ),
    "a parameter that is called error": (
        "<div><span class='code'>error</span> <code>(Error)</code> What failed.</div>",
        "`error` `(Error)` What failed.",
    ),
    "footnotes whose numbers are headings": (
        '<p>Tea<a id="DOCF1" href="#FOOT1"><sup>1</sup></a> is hot<a id="DOCF2" href="#FOOT2"><sup>2</sup></a>.</p>'
        '<div class="notes"><h4 class="footnotes-heading">Footnotes</h4><h5><a id="FOOT1" href="#DOCF1">(1)</a>'
        '</h5><p>Green.</p><pre>tea()</pre><h5><a id="FOOT2" href="#DOCF2">(2)</a></h5><p>Or <b>not</b>.</p></div>',
        f"Tea[^1-{MARK}] is hot[^2-{MARK}].\n\n#### Footnotes\n\n[^1-{MARK}]: Green.\n\n    ```\n    tea()\n"
        f"    ```\n\n[^2-{MARK}]: Or **not**.",
    ),
    "footnotes whose numbers are terms": (
        '<p>Tea<a name="tex2html1" href="#foot9"><sup>1</sup></a> is hot.</p><dl><dt><a name="foot9">... Tea</a>'
        '<a href="#tex2html1"><sup>1</sup></a></dt><dd>Green.</dd></dl>',
        f"Tea[^1-{MARK}] is hot.\n\n[^1-{MARK}]: Green.",
    ),
    "a heading that leads to its entry in the contents": (
        '<h2><a href="book_toc.html#TOC210">12. Tea</a></h2><p>Hot.</p>',
        "## 12. Tea\n\nHot.",
    ),
    "a badge behind the words of a heading": (
        '<h2>Store<span class="badge"><code>abstract</code></span></h2><p>Hot.</p>',
        "## Store `abstract`\n\nHot.",
    ),
    "a heading by its role": ('<div role="heading" aria-level="3">Head</div>', "### Head"),
    "a list by its role": (
        '<div role="list"><div role="listitem">x</div><div role="listitem">y</div></div>',
        "- x\n- y",
    ),
    "a table by its role": (
        '<div role="table"><div role="rowgroup"><div role="row"><span role="columnheader">Name</span>'
        '<span role="columnheader">Type</span></div></div><div role="row"><span role="cell">a</span>'
        '<span role="cell"><code>int</code></span></div></div>',
        "| Name | Type |\n| --- | --- |\n| a | `int` |",
    ),
    "a row outside of a table": (
        '<div role="row"><span role="cell">a</span><span role="cell">int</span></div>',
        "a int",
    ),
    "custom elements": ("<my-tab>One</my-tab><my-tab>Two</my-tab>", "One Two"),
    "badges": (
        '<p>x <span class="badge">no setter</span><span class="badge">inherited</span></p>',
        "x no setter inherited",
    ),
    "a shadow tree": (
        "<x-card><template shadowrootmode=open><style>a{}</style><h2>Card</h2><slot>None</slot><p>End</p></template>"
        "<p>Light</p></x-card>",
        "## Card\n\nLight\n\nEnd",
    ),
    "markdown-it's footnotes": (
        '<p>A<sup class="footnote-ref"><a href="#fn1">[1]</a></sup> b.</p><section class="footnotes"><ol>'
        '<li id="fn1"><p>Note <a href="#fnref1">↩</a></p></li></ol></section>',
        f"A[^1-{MARK}] b.\n\n[^1-{MARK}]: Note",
    ),
    "plain footnotes": (
        '<p>A<sup><a href="#n1" id="r1">1</a></sup> b.</p><p id="n1"><a href="#r1">1</a>. The note.</p>',
        f"A[^1-{MARK}] b.\n\n[^1-{MARK}]: The note.",
    ),
    "a link around a raised number": (
        '<p>A<a href="#n1"><sup>1</sup></a> b.</p><p id="n1"><sup>1</sup> The note <a href="#r">^</a></p>',
        f"A[^1-{MARK}] b.\n\n[^1-{MARK}]: The note",
    ),
    "a raised link that is none": (
        '<p>A<sup><a href="#s">2</a></sup> b.</p><h2 id="s">Section</h2>',
        "A[2](https://docs.example.org/guide/page.html#s) b.\n\n## Section",
    ),
    "a box set by a table": (
        '<div class="tip"><table summary="Tip"><tr><td rowspan="2"><img alt="[Tip]" src="tip.png"></td><th>Tip</th></tr>'
        "<tr><td><p>Use it.</p><pre>x</pre></td></tr></table></div>",
        "> [!TIP]\n> Use it.\n>\n> ```\n> x\n> ```",
    ),
    "its own title": (
        '<div class="warning"><table><tr><td><img alt="" src="w.png"></td><th>Hot</th></tr><tr><td>x</td><td>Mind it.</td></tr>'
        "</table></div>",
        "> [!WARNING]\n> **Hot**\n>\n> x\n>\n> Mind it.",
    ),
    "a list in a list in a cell": (
        "<table><tr><th>a<th>b<tr><td>1<td><ul><li>x</li><li>y<ul><li>deep</li></ul></li><li>z</li></ul></table>",
        "| a | b |\n| --- | --- |\n| 1 | - x<br>- y<br>  - deep<br>- z |",
    ),
    "a line's end between Chinese characters": ("<p>中文\n  换行，\n好 and\n好</p>", "中文换行，好 and 好"),
    "a footnote of a word processor": (
        '<p>A<a href="#_ftn1" name="_ftnref1"><sup>[1]</sup></a> b.</p><p><a href="#_ftnref1" name="_ftn1">[1]</a> Note.</p>',
        f"A[^1-{MARK}] b.\n\n[^1-{MARK}]: Note.",
    ),
    "a footnote by an asterisk": (
        '<p>A<sup><a href="#n" id="r">*</a></sup> b.</p><p id="n">* Note. <a href="#r">↩</a></p>',
        f"A[^s1-{MARK}] b.\n\n[^s1-{MARK}]: Note.",
    ),
    "a footnote of a word processor, in a box": (
        '<p>A<a href="#_ftn1" name="_ftnref1"><sup>[1]</sup></a> b.</p><div id="_ftn1"><p><a href="#_ftnref1">[1]</a> Note.</p></div>',
        f"A[^1-{MARK}] b.\n\n[^1-{MARK}]: Note.",
    ),
    "a note beside the text": ('<p>A<span class="sidenote">Note.</span> b.</p>', "A Note. b."),
    "a box of an author's that asciidoctor set": (
        '<div class="admonitionblock note"><table><tr><td class="icon"><div class="title">Note</div></td>'
        "<td>Mind it.</td></tr></table></div>",
        "> [!NOTE]\n> Mind it.",
    ),
    "a place to break a name in code": (
        "<p><code>Long&#8203;Name</code> and <code>f&#8203;(<a href=/i>int</a>)</code></p>",
        "`LongName` and `f(`[`int`](https://docs.example.org/i)`)`",
    ),
    "one before a method's parameters": ("<pre>void f&#8203;(int a)</pre>", "```\nvoid f(int a)\n```"),
    "breaks in code that a span holds": (
        "<dl><dt><code><span>def f</span>(<span>self,<br>name) \u2011&gt; <i>int</i></span></code></dt><dd>x</dd></dl>",
        "- **`def f(self, name) -> int`**\n\n  x",
    ),
    "items that say their number again": (
        "<ol><li><div></div><div><span>1</span></div><div><p>One.</p></div></li><li><span>2.</span> <p>Two.</p></li></ol>",
        "1. One.\n2. Two.",
    ),
    "items that begin with a number": (
        "<ol><li><code>1</code> is bad.</li><li>2 is worse.</li><li><span>5</span> is best.</li></ol>",
        "1. `1` is bad.\n2. 2 is worse.\n3. 5 is best.",
    ),
    "a box in a callout that begins with its label": (
        '<div class="callout callout-tip"><div class="callout-content"><div class="callout-title"><p>Tip</p></div>'
        '<div class="callout-body"><p>Do it.</p></div></div></div>',
        "> [!TIP]\n> Do it.",
    ),
    "tabs in a box that is called a panel": (
        '<div class="tab-panel"><div class="tab-nav"><button class="active">A</button><button>B</button></div>'
        "<div><div>One.</div><div>Two.</div></div></div>",
        "**A**\n\nOne.\n\n**B**\n\nTwo.",
    ),
    "what a component's slot for its content is given": (
        '<x-page title="x"><template slot="contents"><h2>Use</h2><p>Open it.</p></template>'
        '<template slot="comments"><p>Write one.</p></template></x-page>',
        "## Use\n\nOpen it.",
    ),
    "a signature by a compound name": (
        '<div class="member-signature"><span>public</span> <span>void</span> start(<a href="/i">int</a>&nbsp;level)</div>'
        '<div class="post-signature">Ann, a keeper</div>',
        "`public void start(int level)`\n\nAnn, a keeper",
    ),
    "the method and the path of an endpoint": (
        '<div><span class="http-method get">GET</span><span class="path">/pumps</span></div>',
        "GET /pumps",
    ),
    "tabs that only links to them name": (
        '<div id="t"><ul><li><a href="#l">Linux</a></li><li><a href="#w">Windows</a></li></ul><div id="l"><p>Run apt.</p></div>'
        '<div id="w" style="display:none"><p>Run winget.</p></div></div>',
        "**Linux**\n\nRun apt.\n\n**Windows**\n\nRun winget.",
    ),
    "such tabs whose panels have a box": (
        '<ul class="tabs"><li><a href="#l">Linux</a></li><li><a href="#w">Windows</a></li></ul><div class="tab_container">'
        '<div id="l"><p>Run apt.</p></div><div id="w" style="display:none"><p>Run winget.</p></div></div>',
        "**Linux**\n\nRun apt.\n\n**Windows**\n\nRun winget.",
    ),
    "a list of contents": (
        '<ul><li><a href="#l">Linux</a></li><li><a href="#w">Windows</a></li></ul><div id="l"><h2>1. Linux</h2><p>Run apt.</p></div>'
        '<div id="w"><h2>2. Windows</h2><p>Run winget.</p></div>',
        f"- [Linux]({URL}#l)\n- [Windows]({URL}#w)\n\n## 1. Linux\n\nRun apt.\n\n## 2. Windows\n\nRun winget.",
    ),
    "steps that only a number beside them numbers": (
        '<div role="list" class="steps mt-10"><div role="listitem"><p>One.</p></div><div role="listitem"><p>Two.</p></div></div>',
        "1. One.\n2. Two.",
    ),
    "cells of code in a table of data": (
        '<table><tr><th>Name</th><th>Type</th><th>Text</th></tr><tr><td class="code">a</td><td class="code"><a href="/i">int</a></td>'
        "<td><p>One</p></td></tr></table>",
        "| Name | Type | Text |\n| --- | --- | --- |\n| a | [int](https://docs.example.org/i) | One |",
    ),
    "a component that is nothing to readers by its class": (
        '<x-tip class="sr-only">Stay organized</x-tip>',
        "",
    ),
    "a formula that only its picture shows": (
        '<p>So <span class="mwe-math-element"><span style="display: none"><math><semantics><mi>x</mi>'
        '<annotation encoding="application/x-tex">{\\displaystyle x^{2}}</annotation></semantics></math></span>'
        '<img src="/x.svg" aria-hidden="true" alt="x"></span>.</p>',
        "So $x^{2}$.",
    ),
    "a link that opens a dialog": ('<p>So <a href="#d" data-toggle="modal">Help</a> it is.</p>', "So it is."),
    "a footnote before its reference": (
        '<ol><li id="fn1">The note. <a href="#ref1">↑</a></li></ol><p>A<sup><a id="ref1" href="#fn1">1</a></sup> b.</p>',
        f"[^1-{MARK}]: The note.\n\nA[^1-{MARK}] b.",
    ),
    "a reference to what was no footnote yet": (
        '<ol><li id="one">One.</li></ol><p>See <sup><a href="#one">1</a></sup> it.</p>',
        "1. One.\n\nSee [1](https://docs.example.org/guide/page.html#one) it.",
    ),
    "a name that may break": ("<p>HARBOR_<wbr>MAX_<wbr>SHIPS_</p>", "HARBOR_MAX_SHIPS\\_"),
    "the only cell of a table": ("<table><tr><td># x</td></tr><tr></tr></table>", "\\# x"),
}


@pytest.mark.parametrize("name", CASES)
def test_structures(name: str) -> None:
    html, expected = CASES[name]
    assert between(html) == expected


def test_terms_of_which_nothing_is_said_are_entries_of_a_list() -> None:
    below = "<dl><dt><a href='a.html'>A</a> - the first</dt><dt><a href='b.html'>B</a></dt></dl>"
    toc = f"<dl><dt><a href='c.html'>Chapter</a></dt><dd>{below}</dd><dt><a href='d.html'>End</a></dt></dl>"
    html = f"<title>Valve</title><main><h1>Valve</h1><p>All about valves.</p>{toc}</main>"
    said = read_page(html.encode(), "https://a.example/").markdown
    assert said.split("\n\n")[2:] == [
        "- [Chapter](https://a.example/c.html)",
        "  - [A](https://a.example/a.html) - the first",
        "  - [B](https://a.example/b.html)",
        "- [End](https://a.example/d.html)\n",
    ]
