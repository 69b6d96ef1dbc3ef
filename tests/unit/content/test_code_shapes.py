"""The text in a fence is the text that a reader sees, whatever a highlighter made of the lines."""

from __future__ import annotations

import html
import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from docspasta.content import read_page
from tests.sizes import size

from .code_shapes import Shape, make

URL = "https://docs.example.org/guide/page.html"
AFTER = 14 * "<p>And a sentence behind it, of which nobody thinks that it is a footer.</p>"
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-headless-shell", "google-chrome")
        if (found := shutil.which(name))
    ),
    "",
)


def fenced(shape: Shape) -> str:
    page = read_page(
        f"<main><h1>The title of the page</h1><p>Words before it.</p>{shape.html}{AFTER}</main>".encode(), URL
    )
    found = re.search(r"^(`{3,})[^`\n]*\n(.*?)\n\1$", page.markdown, re.S | re.M)
    assert found is not None, page.markdown
    return found[2]


def shapes(draw: random.Random, count: int) -> list[Shape]:
    return [make(draw) for _ in range(count)]


def test_a_fence_holds_what_a_reader_sees() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    for shape in shapes(random.Random(seed), size("shapes of code")):
        assert "\n".join(line.rstrip() for line in fenced(shape).split("\n")) == shape.text, shape.html


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed: what a browser shows is not compared")
def test_a_browser_shows_the_same_text(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    made = [shape for shape in shapes(draw, 60) if not shape.numbered and "code-line" not in shape.html]
    made = [
        shape
        for shape in made
        if "</code><code>" not in shape.html and not re.search("<table|flex|<p ", shape.html)
    ]
    blocks = "".join(f"<section>{shape.html}</section>" for shape in made)
    script = (
        "<script>document.querySelectorAll('button').forEach(b => b.remove());"
        "const seen = [...document.querySelectorAll('section')].map(s => s.innerText);"
        "document.body.textContent = JSON.stringify(seen)</script>"
    )
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{blocks}{script}", encoding="utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
    ]
    done = subprocess.run(
        [CHROMIUM, *flags, page.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    seen = json.loads(html.unescape(done.stdout.partition("<body>")[2].partition("</body>")[0]))
    for shape, text in zip(made, seen, strict=True):
        assert squeezed(fenced(shape)) == squeezed(text), shape.html


def squeezed(text: str) -> str:
    """A text without blanks at the ends of its lines; a browser gives an empty line of a box once or twice."""
    lines = "\n".join(line.rstrip() for line in text.replace("\xa0", " ").strip("\n").split("\n"))
    return re.sub(r"\n{2,}", "\n\n", lines)
