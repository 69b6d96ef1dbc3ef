"""What real pages do that no generator's golden page shows: labels of code, controls, lists of languages."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

from .between import AFTER, BEFORE, URL, between

CASES = {
    "a label and a button inside a block": (
        "<pre><div><div><span>python</span><button>Copy code</button></div><div><code>print(1)\n</code></div></div></pre>",
        "```python\nprint(1)\n```",
    ),
    "a label inside that no class names": (
        '<pre><div class="language-id">ts</div><div><code><div>const a</div><div>b</div></code></div></pre>',
        "```ts\nconst a\nb\n```",
    ),
    "boxes of a block that are its lines": (
        "<pre><div>python</div><div><code>b</code></div>x</pre>",
        "```\npython\nb\nx\n```",
    ),
    "a header that names the language": (
        '<div class="code-header"><span class="lang">C#</span><a class="copy-link" href="#">Copy</a></div><pre>x</pre>',
        "```csharp\nx\n```",
    ),
    "a header that names a file": (
        '<div class="w"><div class="code-header">main.zz</div><pre>x</pre></div>',
        "main.zz\n\n```\nx\n```",
    ),
    "a box of text before a block": (
        '<div class="title">Go there now</div><pre>x</pre>',
        "Go there now\n\n```\nx\n```",
    ),
    "words to copy code": (
        '<div class="bar"><span>bash</span><span class="copy">Copy code</span></div>'
        '<pre><code class="language-bash">ls</code></pre>',
        "```bash\nls\n```",
    ),
    "a control that copies, by its class": (
        '<p>Take it. <span class="copy-button">Copy</span></p>',
        "Take it.",
    ),
    "types and marks beside a name": (
        '<ul><li><div><code>id</code><span class="type">string</span><span class="required">required</span></div>'
        "<p>The id.</p></li></ul>",
        "- `id` string required\n\n  The id.",
    ),
    "a type beside a bracket": ('<p><b>f</b><span class="type">(int)</span></p>', "**f**(int)"),
    "a term that breaks its line": (
        "<dl><dt><code><span>def start</span>(<span>self,<br>name: str)</span></code></dt><dd>It starts.</dd></dl>",
        "- **`def start(self, name: str)`**\n\n  It starts.",
    ),
    "lines of code that are rows": (
        "<table><tr><td><p><tt>function Floor(</tt></p></td></tr><tr><td><p><tt>&nbsp; x: <a href='/f'>Float</a></tt></p></td></tr>"
        "<tr><td><p><tt>): Integer;</tt></p></td></tr></table>",
        "```\nfunction Floor(\n  x: Float\n): Integer;\n```",
    ),
    "rows of which one is no code": (
        "<table><tr><td><tt>a</tt></td></tr><tr><td>and <tt>b</tt></td></tr></table>",
        "`a`\n\nand `b`",
    ),
    "a list of chapters": (
        "<ul><li><div><h2>One</h2></div><div><p>First.</p></div></li><li><div><p>Second.</p></div></li></ul>",
        "## One\n\nFirst.\n\nSecond.",
    ),
    "steps with headings": ("<ol><li><h3>One</h3><p>a</p></li></ol>", "1. ### One\n\n   a"),
    "code by its class": ('<p>So <span class="code">start(a, b)</span> does.</p>', "So `start(a, b)` does."),
    "a signature in a box": (
        '<div class="pre p1">new Pump(o: <a href="/o">Object</a>)</div>',
        "`new Pump(o: Object)`",
    ),
    "a break at the end of a cell": (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>x<br></td><td>&lt;optional><br><br></td></tr></table>",
        "| a | b |\n| --- | --- |\n| x | \\<optional> |",
    ),
    "tabs whose panels only data names": (
        '<div class="tab-buttons"><button data-tab="a">A</button><button data-tab="b">B</button></div>'
        '<div class="content" data-tab="a"><p>one</p></div><div class="content" data-tab="b" hidden><p>two</p></div>',
        "**A**\n\none\n\n**B**\n\ntwo",
    ),
    "a box of code that holds text alone": (
        '<div class="code-block" data-lang="kotlin">fun main() {\n    run()\n}</div>',
        "```kotlin\nfun main() {\n    run()\n}\n```",
    ),
    "such a box around a block": (
        '<div class="code-block"><div>main.kt</div><pre><code>run()</code></pre></div>',
        "main.kt\n\n```\nrun()\n```",
    ),
    "a link to the source in a heading": (
        '<h3>f() <a href="https://git.example.org/x/y/blob/main/f.py">[source]</a></h3><p>x</p>',
        "### f()\n\nx",
    ),
    "a link to its editor in a heading": (
        '<h2>Head <a class="edit-link" href="https://git.example.org/x">Edit</a></h2><p>x</p>',
        "## Head\n\nx",
    ),
    "a link of its own in a heading": (
        '<h2>Open <a href="/source">source</a></h2><p>x</p>',
        "## Open [source](https://docs.example.org/source)\n\nx",
    ),
    "a heading that is such a word": (
        '<h2><a href="/x/blob/y">Source</a></h2><p>x</p>',
        "## [Source](https://docs.example.org/x/blob/y)\n\nx",
    ),
    "contents that are folded away": (
        "<details><summary>Table of contents</summary><ul><li><a href='#a'>One</a></li><li><a href='#b'>Two</a></li></ul></details>x",
        "x",
    ),
    "text that is folded away under such a name": (
        "<details><summary>Contents</summary><p>Of the box: <a href='#a'>one</a>, <a href='#b'>two</a>.</p></details>",
        f"<details>\n<summary>Contents</summary>\n\nOf the box: [one]({URL}#a), [two]({URL}#b).\n\n</details>",
    ),
    "a table that is headed by hand": (
        "<table><tr><td><b>Name</b></td><td><b>Does</b></td></tr><tr><td>a</td><td>1</td></tr></table>",
        "| **Name** | **Does** |\n| --- | --- |\n| a | 1 |",
    ),
    "a table that is bold in each row": (
        "<table><tr><td><b>a</b></td><td><b>1</b></td></tr><tr><td><b>b</b></td><td><b>2</b></td></tr></table>",
        "|  |  |\n| --- | --- |\n| **a** | **1** |\n| **b** | **2** |",
    ),
    "panels of which a script shows one": (
        "<div><div x-show=\"tab === 'a'\"><p>one</p></div><div x-show=\"tab === 'b'\" style='display:none'><p>two</p></div></div>",
        "one\n\ntwo",
    ),
    "a box that a script shows alone": (
        "<p>x</p><div x-show='open' style='display:none'><p>menu</p></div>",
        "x",
    ),
    "a soft hyphen in code": ("<p>So <code>super&shy;califragil</code>.</p>", "So `supercalifragil`."),
    "who said it": (
        "<blockquote><p>It holds.</p><footer>— <cite>Ann</cite></footer></blockquote>",
        "> It holds.\n>\n> — Ann",
    ),
    "a number in the first column of a headed table": (
        "<table><tr><th>Step</th><th>Do</th></tr><tr><td>1</td><td><pre>ls</pre></td></tr></table>",
        "| Step | Do |\n| --- | --- |\n| 1 | `ls` |",
    ),
    "numbers of lines in a table of code": (
        "<table><tr><td><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>",
        "```\na\nb\n```",
    ),
    "a drawing with a picture to fall back on": (
        '<object data="/d.svg" type="image/svg+xml"><img src="/d.png" alt="The pump"></object>',
        "![The pump](https://docs.example.org/d.svg)",
    ),
    "a heading that leads to its own page": (f'<h2><a href="{URL}">Head</a></h2><p>x</p>', "## Head\n\nx"),
    "a link to its own page in a heading": (
        f'<h2>Returns <a href="{URL}">Pump</a></h2><p>x</p>',
        f"## Returns [Pump]({URL})\n\nx",
    ),
    "what is chosen in a picker": (
        '<div><label for="v">Version</label><select id="v"><option>1.0</option></select></div><p>x</p>',
        "x",
    ),
    "what is typed in a field": ("<div><label>Filter <input type=search></label></div><p>x</p>", "x"),
    "the label of a task": (
        "<ul><li><label><input type=checkbox checked> Done</label></li></ul>",
        "- [x] Done",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_real_pages_do(name: str) -> None:
    html, expected = CASES[name]
    assert between(html) == expected


def page(html: str) -> str:
    return read_page(f"<title>T</title><main><h1>T</h1>{html}</main>".encode(), URL).markdown.strip()


@pytest.mark.parametrize("attribute", ["data-type", "data-kind", "data-variant"])
def test_an_attribute_says_what_a_box_is(attribute: str) -> None:
    assert (
        between(f'<aside class="prompt" {attribute}="warning"><p>Hot.</p></aside>') == "> [!WARNING]\n> Hot."
    )
    assert between(f'<div {attribute}="example"><p>So.</p></div>') == "So."


def test_the_paragraph_under_a_heading_outside_of_the_content_is_kept() -> None:
    text = f"<h2>First</h2><p>{BEFORE}</p><p>{AFTER}</p>" * 3
    head = '<h1>Guide</h1><p class="lead">All about valves in this guide.</p><p class="byline">By Ann, on a day in May.</p>'
    for box in ("header", "section"):
        body = f"<title>Guide | Site</title><{box}>{head}</{box}><main>{text}</main>"
        read = read_page(body.encode(), URL).markdown
        assert read.startswith("# Guide\n\nAll about valves in this guide.\n\n## First"), box


BYLINE = '<div class="article-meta">Ann<ul><li><time datetime="2024-05-01">2 years ago</time></li><li>Updated</li></ul></div>'


def test_who_wrote_a_page_and_when_is_no_content() -> None:
    assert page(BYLINE + FIRST + f"<p>{AFTER}</p>") == f"# T\n\n{BEFORE}\n\n{AFTER}"


def test_the_day_of_each_release_is_content() -> None:
    releases = "".join(f"<h2>1.{n}</h2>{BYLINE}<p>{AFTER}</p>" for n in range(3))
    assert page(FIRST + releases).count("2 years ago") == 3


def test_the_day_on_which_a_page_was_changed_goes_by_its_class() -> None:
    assert page(f'<div class="last-modified">17 May 2026</div>{FIRST}') == f"# T\n\n{BEFORE}"


FIRST = f"<p>{BEFORE}</p>"
LANGUAGES = '<ul><li><a href="/en/">English</a></li><li><a href="/de/">Deutsch</a></li><li><a href="/ja/">日本語</a></li></ul>'


def test_other_languages_of_a_page_are_no_content() -> None:
    assert page(LANGUAGES + FIRST) == f"# T\n\n{BEFORE}"
    assert page(FIRST + LANGUAGES) == f"# T\n\n{BEFORE}"


def test_a_list_of_languages_within_the_text_is_content() -> None:
    assert "[Deutsch]" in page(
        FIRST + LANGUAGES + f"<p>{AFTER}</p>" + 50 * "<p>It goes on for some time like this.</p>"
    )


@pytest.mark.parametrize("name", ["Contents", "Table of Contents", "On this page"])
def test_a_heading_goes_with_its_list_of_contents(name: str) -> None:
    links = '<div class="toc"><ul><li><a href="#a">What it does</a></li><li><a href="#b">How it does it</a></li></ul></div>'
    text = f"<h2 id=a>What it does</h2><p>{AFTER}</p><h2 id=b>How it does it</h2><p>{AFTER}</p>"
    assert name not in page(f"{FIRST}<h2>{name}</h2>{links}{text}")


@pytest.mark.parametrize(
    "asked",
    [
        "<div><p>Did you find this page helpful?</p><div><span>Yes</span><span>No</span></div></div>",
        "<section><span>Was this article helpful?</span><div>0 out of 0 found this helpful</div></section>",
        "<div>How helpful was this page?</div>",
        "<div>Have feedback about this page? <a href='/f'>Tell us</a></div>",
    ],
)
def test_what_asks_for_an_opinion_is_no_content(asked: str) -> None:
    assert page(FIRST + f"<p>{AFTER}</p>" + asked) == f"# T\n\n{BEFORE}\n\n{AFTER}"


def test_the_day_on_which_texinfo_made_a_page_goes() -> None:
    head = '<meta name="generator" content="texi2any">'
    body = '<h1>T</h1><p>It opens.</p><p><font size="-1">This document was generated on <em>May 5, 2024</em>.</font></p>'
    read = read_page(f"<head>{head}</head><body>{body}</body>".encode(), URL)
    assert read.markdown == "# T\n\nIt opens.\n"
