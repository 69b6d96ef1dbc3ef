"""What is code, and what is in it: one test a mark-up that hides or joins lines elsewhere."""

from __future__ import annotations

import pytest

from .between import between

CASES = {
    "blanks beside links": (
        '<p><code>f(<a href="/S">String</a>&nbsp;name, <a href="/I">int</a>&nbsp;n)</code></p>',
        "`f(`[`String`](https://docs.example.org/S)`  name,  `[`int`](https://docs.example.org/I)` n)`",
    ),
    "a blank between links": (
        '<p><code>val f : <a href="/y">t</a> <a href="/x">M.t</a></code></p>',
        "`val f : `[`t`](https://docs.example.org/y) [`M.t`](https://docs.example.org/x)",
    ),
    "code that is a blank": ("<p>a<tt>&nbsp;</tt>b</p>", "a b"),
    "a break": ("<p><code>GET<br>POST</code></p>", "`GET`\\\n`POST`"),
    "beside code whose emphasis has no marks": ("<p>x<em><code>a</code></em><code>b</code></p>", "x`a` `b`"),
    "in emphasis that its end is not": (
        "<p>x<em><code>a</code></em>b<b><code>c</code></b><code>d</code></p>",
        "x`a`b`c` `d`",
    ),
    "on both sides of nothing": ("<p><code>a</code><i><!-- --></i><code>`b</code></p>", "`a` `` `b ``"),
    "a button in it": ("<p><code>npm i<button>Copy</button> <b>x</b></code></p>", "`npm i x`"),
    "lines as blocks": ("<code><div>a</div><div>  b</div></code>", "```\na\n  b\n```"),
    "breaks, and the source's own line ends behind them": (
        '<code class="code"><span>sig</span><br>\n&nbsp;&nbsp;<span>val</span>&nbsp;x<br>\n<span>end</span></code>',
        "```\nsig\n  val x\nend\n```",
    ),
    "white-space: pre": ('<code style="white-space: pre">a\n  b\n# c</code>', "```\na\n  b\n# c\n```"),
    "white-space: pre around lines": (
        '<div style="white-space: pre"><div>if x:</div><div>    y()</div></div>',
        "```\nif x:\n    y()\n```",
    ),
    "white-space: pre in a sentence": (
        '<p>Call <code style="white-space:pre">a b</code> now</p>',
        "Call `a b` now",
    ),
    "a utility class": ('<div class="font-mono whitespace-pre-wrap">a\n  b</div>', "```\na\n  b\n```"),
    "a line whose end a script took": (
        '<pre>a\n<span class="gatsby-highlight-code-line">b</span>c</pre>',
        "```\na\nb\nc\n```",
    ),
    "lines by their style": (
        '<pre><span style="display:block">a</span><span style="display:block">b</span></pre>',
        "```\na\nb\n```",
    ),
    "a code a line": ("<pre><code>a</code><code>b</code></pre>", "```\na\nb\n```"),
    "numbers by a part of a name": (
        '<pre><span class="my-line-number">1</span>one\n<span class="my-line-number">2</span>two</pre>',
        "```\none\ntwo\n```",
    ),
    "numbers by what they are": ("<pre><i>1</i>one\n<i>2</i>two</pre>", "```\none\ntwo\n```"),
    "numbers that are code": (
        '<pre><span class="mi">1</span>, a\n<span class="mi">2</span>, b</pre>',
        "```\n1, a\n2, b\n```",
    ),
    "an editor and its gutter": (
        '<div class="cm-editor"><div class="cm-gutters"><div class="cm-gutter"><div>1</div><div>2</div></div></div>'
        '<div class="cm-content"><div class="cm-line">if x:</div><div class="cm-line">    y()</div></div></div>',
        "```\nif x:\n    y()\n```",
    ),
    "a table whose rows are lines": (
        '<table class="highlight js-file-line-container"><tr><td class="blob-num" data-line-number="1"></td><td class="blob-code">if x'
        '</td></tr><tr><td class="blob-num" data-line-number="2"></td><td class="blob-code">  y</td></tr></table>',
        "```\nif x\n  y\n```",
    ),
    "lines beside their numbers": (
        '<table class="crayon-table"><tr><td class="crayon-nums"><div>1</div><div>2</div></td><td><div class="crayon-pre">'
        '<div class="crayon-line">if x</div><div class="crayon-line">&nbsp; y</div></div></td></tr></table>',
        "```\nif x\n  y\n```",
    ),
    "what is hidden in it": ("<pre>a<span hidden>H</span>b<script>z()</script></pre>", "```\nab\n```"),
    "a text area to be read": (
        "<textarea class=code spellcheck=false>a &lt; b\n\tc</textarea>",
        "```\na < b\n\tc\n```",
    ),
    "a text area to be written in": ("<textarea>Your comment</textarea>", ""),
    "an editor": (
        '<div class="CodeMirror-code"><div><div class="CodeMirror-gutter-wrapper"><div class="CodeMirror-linenumber">1</div>'
        '</div><pre class="CodeMirror-line">var a;</pre></div><div><div class="CodeMirror-gutter-wrapper">'
        '<div class="CodeMirror-linenumber">2</div></div><pre class="CodeMirror-line">  b();</pre></div></div>',
        "```\nvar a;\n  b();\n```",
    ),
    "numbers in a block of their own": (
        '<div class="listing"><div class="nums"><pre>1\n2\n3</pre></div><div><pre class="js">a\nb\nc</pre></div></div>',
        "```js\na\nb\nc\n```",
    ),
    "a number that is none of a line": (
        f"<pre>{'7' * 5000}</pre><table><tr><td><pre>\u00b2</pre></td><td><pre>x\ny</pre></td></tr></table>",
        f"```\n{'7' * 5000}\n```\n\n```\n\u00b2\n```\n\n```\nx\ny\n```",
    ),
    "a block of numbers": (
        "<pre>1\n2\n3</pre><p>And:</p><pre>1\n2\n3</pre><pre>a\nb</pre>",
        "```\n1\n2\n3\n```\n\nAnd:\n\n```\n1\n2\n3\n```\n\n```\na\nb\n```",
    ),
    "numbers that are a table": ("<pre><span>1</span> 2\n<span>2</span> 3</pre>", "```\n1 2\n2 3\n```"),
    "its name in a caption": (
        "<figure><figcaption><span>a.py</span></figcaption><pre>x</pre></figure>",
        "**a.py**\n\n```\nx\n```",
    ),
    "a signature": ('<div class="signature">def <a href="/f">f</a>(a: int)</div>', "`def f(a: int)`"),
    "a diagram": (
        '<div class="mermaid">\ngraph TD\n  A--&gt;B\n</div>',
        "```mermaid\ngraph TD\n  A-->B\n```",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_code(name: str) -> None:
    html, expected = CASES[name]
    assert between(html) == expected
