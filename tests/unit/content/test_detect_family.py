"""Which family a page is given: by generator, by marks anywhere, by signs where its head and body start."""

from __future__ import annotations

import pytest

from docspasta.content.detect_family import detect_family
from docspasta.content.families import FAMILIES


def _family(html: bytes, *generators: str) -> str:
    return detect_family(generators, html).family.name


@pytest.mark.parametrize(
    ("family", "html"),
    [
        (
            "pkgdown",
            b'<head><script src="../deps/x.js"></script><script src="../pkgdown.js"></script></head>',
        ),
        ("docsy", b"<body class=td-page><div class=td-outer><main>"),  # a minifier took the quotes
        ("ldoc", b'<body><div id="product_logo"></div>'),
        ("nextra", b'<body><aside class="nextra-sidebar x:print:hidden">'),
        ("slate", b"<head>" + b"<style>a{}</style>" * 5_000 + b'<body><div class="tocify-wrapper">'),
    ],
)
def test_a_sign_names_the_family(family: str, html: bytes) -> None:
    assert _family(html) == family


def test_a_sign_is_a_whole_name_near_the_start() -> None:
    assert _family(b'<body><p class="my-td-outer">') == ""
    assert _family(b"<body>" + b"<p>text</p>" * 2_000 + b'<div class="td-outer">') == ""


def test_generator_comes_before_marks_and_marks_before_signs() -> None:
    sphinx, docsy = b'<a class="reference internal">', b'<div class="td-outer">'
    assert _family(b"<body>" + docsy + sphinx) == "sphinx"
    assert _family(b"<body>" + docsy + sphinx, "Hugo 0.150.0", "ExDoc v0.38.3") == "exdoc"


def test_no_two_families_share_a_sign() -> None:
    signs = [sign for family in FAMILIES for sign in family.signs]
    assert len(signs) == len(set(signs))
