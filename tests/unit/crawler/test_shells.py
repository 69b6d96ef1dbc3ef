"""A page of the same shape as three shells that were drawn is drawn at once."""

from __future__ import annotations

import gzip
import time

import pytest

from docspasta.queues.messages import Fetched
from services.crawler.shell_shape import LONGEST, shape
from services.crawler.shells import ENOUGH, SHAPES, Shells

SHELL = b"<div id=root></div><script src=/app.js></script>"
SITE = "https://s.example"


def page(name: str, body: bytes = SHELL, alternate: str = "") -> Fetched:
    return Fetched(f"{SITE}/{name}", 200, body=body, alternate=alternate)


def drawn(shells: Shells, name: str, body: bytes = SHELL, job: str = "u j", beside: str = "") -> None:
    """A shell for which nothing else answered."""
    own = f"rendered {SITE}/{name}"
    asked = tuple(each for each in (beside, f"negotiated {SITE}/{name}", own) if each)
    shells.note(job, page(name, body, own), asked)


def test_after_three_shells_the_same_bytes_are_drawn_at_once() -> None:
    shells = Shells()
    for n in range(ENOUGH):
        assert shells.knows("u j", page("x")) == ()
        drawn(shells, f"{n}")
    assert shells.knows("u j", page("x")) == (f"rendered {SITE}/x",)
    assert shells.knows("u j", page("x", b"<p>Words of its own")) == ()
    assert shells.knows("u other", page("x")) == () == shells.knows("", page("x"))
    assert shells.knows("u j", Fetched("https://t.example/x", 200, body=SHELL)) == ()
    assert shells.knows("u j", page("#/x")) == ()


def differing(name: str, said: str = "", ways: str = "") -> bytes:
    """A shell as frameworks send it: its own title, description, nonce, data and parts of the script."""
    parts = "".join(f'<script src="/chunks/{name}-{n}.js" defer></script>' for n in range(len(name)))
    return f"""<!DOCTYPE html><html lang="en" data-build="{name}"><head><meta charset="utf-8">
      <title>{name} – Docs</title><meta name="description" content="All of {name}"><base href="/">
      <link rel="canonical" href="{SITE}/{name}"><link rel="modulepreload" href="/chunks/{name}.js">{parts}
      <script nonce="{name}">window.__STATE__ = {{"path": "/{name}", "at": {len(name)}}}</script></head>
      <body><!-- {name} --><noscript>{name} needs JavaScript</noscript>
      <div id="app" class="{name}">{said}</div>
      <script id="data" type="application/json">{{"page": "{name}"}}</script>{ways}</body></html>""".encode()


def test_shells_that_differ_in_their_heads_and_data_are_drawn_at_once_too() -> None:
    for coded in ("", "gzip"):
        shells = Shells()
        for name in ("valve", "pump", "filters"):
            body = gzip.compress(differing(name)) if coded else differing(name)
            shells.note("u j", page(name, body, f"rendered {SITE}/{name}")._replace(coding=coded), ())
        assert shells.knows("u j", page("x", differing("x"))) == (f"rendered {SITE}/x",)
        for other in (
            differing("y", said="<p>Words of its own."),
            differing("y", said="Loading"),
            differing("y", ways="<script>window.$docsify = {}</script>"),
            differing("y", ways='<redoc spec-url="y.json"></redoc>'),
            differing("y").replace(b'id="app"', b'id="swagger-ui"'),
        ):
            assert shells.knows("u j", page("y", other)) == (), other


def test_what_is_too_long_for_a_shell_has_no_shape() -> None:
    assert shape(b"<p>" * 1_000) is None and shape(b"word " * 1_000) is None
    assert shape(b" " * (LONGEST + 1)) is None
    for hostile in (
        b"<script>" * 30_000,
        b"<!--" * 60_000,
        b"<a " * 80_000,
        b"<" * 250_000,
        b"<a " + b"x" * 250_000,
    ):
        begun = time.process_time()
        shape(hostile)
        assert time.process_time() - begun < 5


def test_a_page_that_names_something_better_is_looked_at() -> None:
    shells = Shells()
    for n in range(ENOUGH):
        drawn(shells, f"{n}", beside=f"openapi {SITE}/openapi.json")
    assert shells.knows("u j", page("x")) == ()


def test_what_answered_better_once_is_looked_at_again() -> None:
    shells = Shells()
    for n in range(ENOUGH):
        drawn(shells, f"{n}")
    shells.note("u j", page("y", alternate=f"markdown {SITE}/y.md"), (f"markdown {SITE}/y.md",))
    assert shells.knows("u j", page("x")) == ()


def test_what_is_remembered_is_bounded() -> None:
    shells = Shells()
    for n in range(SHAPES + 1):
        for each in range(ENOUGH):
            drawn(shells, f"{each}", body=b"<p>%d" % n)
    assert shells.knows("u j", page("x", b"<p>0")) == ()
    assert shells.knows("u j", page("x", b"<p>%d" % SHAPES)) != ()


@pytest.mark.parametrize("piece", [b"<meta a>", b"<", b"<!-->", b"<style></style>", b"<script></script>"])
def test_a_page_of_many_parts_has_no_shape_for_it_would_hold_the_loop(piece: bytes) -> None:
    assert shape(piece * 900) is not None
    assert shape(piece * 15_000) is None
