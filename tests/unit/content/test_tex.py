r"""TeX in the text of pages whose scripts set it; and TeX that would be something else to Markdown."""

from __future__ import annotations

import random

import pytest

from docspasta.content.tex import _SCRIPTS, displayed, in_line, is_set

from .between import between

KATEX = '<script src="/katex/contrib/auto-render.min.js"></script>'
MATHJAX = '<script src="/mathjax@3/es5/tex-mml-chtml.js"></script>'
CASES = {
    "KaTeX's auto-render": (KATEX, r"<p>With \(x_1 * y\) in it</p>", "With $x_1 * y$ in it"),
    "dollars in a sentence": (MATHJAX, "<p>With $$a * b$$ in it</p>", "With $$a * b$$ in it"),
    "brackets in a sentence": (MATHJAX, r"<p>With \[ x_1 \] in it</p>", "With $$x_1$$ in it"),
    "dollars that stand alone": (KATEX, "<p>$$\na * b\n$$</p>", "$$\na * b\n$$"),
    "an environment": (
        MATHJAX,
        r"<p>\begin{align} a_1 &amp;= b \\ x &amp;= y \end{align}</p>",
        "$$\n\\begin{align} a_1 &= b \\\\ x &= y \\end{align}\n$$",
    ),
    "a price": (MATHJAX, "<p>It costs $5 or $6 a month</p>", "It costs $5 or $6 a month"),
    "no script": ("", r"<p>With \(x_1 * y\) in it</p>", r"With \\(x_1 * y\\) in it"),
    "dollars that a page asks for": (
        '<script>renderMathInElement(b, {delimiters: [{left: "$", right: "$"}]})</script>',
        "<p>The $x$ there</p>",
        "The $x$ there",
    ),
    "a dollar that is none": (
        '<script>MathJax = {tex: {inlineMath: [["$", "$"]]}}</script>',
        r"<p>The $x$ costs \$5 there</p>",
        "The $x$ costs $5 there",
    ),
    "a box of math": ("", r'<div class="math">\[a_1 * b\]</div>', "$$\na_1 * b\n$$"),
    "GitHub's element": ("", "<p>A <math-renderer>$x_1 * y$</math-renderer> b</p>", "A $x_1 * y$ b"),
    "MathJax 4": ("", '<p>A <mjx-container data-latex="x_1"><svg></svg></mjx-container> b</p>', "A $x_1$ b"),
}


@pytest.mark.parametrize("name", CASES)
def test_tex_in_text(name: str) -> None:
    script, html, expected = CASES[name]
    assert between(script + html) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a <b> c", r"a \lt b> c"),
        ("[x](javascript:y)", "[x] (javascript:y)"),
        ("a < b", "a < b"),
        ("a\n\n b", "a b"),
        ("``x'' y`", r"\lq \lq x'' y\lq"),
        (r"\text{\`e \\`}", r"\text{\grave e \\\lq }"),
    ],
)
def test_tex_in_a_line_is_no_markup(tex: str, expected: str) -> None:
    assert in_line(tex) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a\n\n## b", "$$\na ## b\n$$"),
        ("a\n===", "$$\na ===\n$$"),
        ("a % c\n- b", "$$\na % c\n{}- b\n$$"),
        ("x\n<div>", "$$\nx\n\\lt div>\n$$"),
        ("- a", "$$ - a\n$$"),
    ],
)
def test_no_line_of_displayed_tex_is_another_block(tex: str, expected: str) -> None:
    assert displayed(tex) == expected


def test_a_script_is_found_as_its_pattern_finds_it() -> None:
    pieces = [
        b"Math",
        b"math",
        b"Jax",
        b"jax",
        b"JaX",
        b"katex",
        b"/",
        b"auto-render",
        b".min",
        b".js",
        b"render",
    ]
    pieces += [b"MathInElement", b" ", b"M", b"ath"]
    rng = random.Random(seed := random.randrange(1 << 30))
    print("seed", seed)
    for _ in range(3_000):
        page = b"".join(rng.choices(pieces, k=rng.randrange(6)))
        assert is_set(page) == (_SCRIPTS.search(page) is not None), page


@pytest.mark.parametrize(
    ("mathml", "expected"),
    [
        ("<mover><mi>B</mi><mo>→</mo></mover>", r"\vec{B}"),
        ("<mover><mrow><mi>A</mi><mi>B</mi></mrow><mo>→</mo></mover>", r"\overrightarrow{AB}"),
        (
            "<mover><mi>x</mi><mo>^</mo></mover><mo>+</mo><mover><mi>y</mi><mo>˙</mo></mover>",
            r"\hat{x}+\dot{y}",
        ),
        ("<mover><mo>=</mo><mtext>def</mtext></mover>", r"\overset{\text{def}}{=}"),
        ("<munder><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mo>⏟</mo></munder>", r"\underbrace{a+b}"),
        ("<munder><mo>lim</mo><mi>n</mi></munder><mi>f</mi>", r"\lim _{n}f"),
        ("<munder><mo>∑</mo><mi>n</mi></munder>", r"\sum _{n}"),
        ("<mi>sin</mi><mo>\u2061</mo><mi>x</mi>", r"\sin x"),
        ("<mo>rank</mo><mi>A</mi>", r"\operatorname{rank}A"),
        ('<mi mathvariant="double-struck">R</mi>', r"\mathbb{R}"),
        ('<mi mathvariant="bold">v</mi><mi mathvariant="normal">∇</mi>', r"\mathbf{v}\nabla"),
        (
            "<mo>(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable><mo>)</mo>",
            r"\begin{pmatrix} a & b \end{pmatrix}",
        ),
        (
            "<mo>{</mo><mtable><mtr><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>1</mn></mtd></mtr></mtable>",
            r"\begin{cases} 0 \\ 1 \end{cases}",
        ),
    ],
)
def test_mathml_is_the_tex_of_it(mathml: str, expected: str) -> None:
    assert between(f"<p>A <math>{mathml}</math> b</p>") == f"A ${expected}$ b"
