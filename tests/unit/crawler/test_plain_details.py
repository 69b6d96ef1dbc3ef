"""What is told of a site's answer holds no control characters of the site: it may end on a terminal."""

from __future__ import annotations

import pytest

from docspasta import robots
from services.crawler.fetch import _charset, _media_type, failure

ESCAPES = ("\x1b]0;pwned\x07", "\x1b[31m", "\x9b31m", "\u202e", "\x00", "\x7f")


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_detail_steers_a_terminal(escape: str) -> None:
    assert _media_type(f"te{escape}xt/x") == ""
    assert _charset(f"text/html; charset=ut{escape}f-8") == ""
    assert failure(ValueError(f"Bad {escape}Header")).detail.isprintable()
    assert failure(OSError(f"Bad {escape}Header")).detail.isprintable()
    rules = robots.read(
        f"User-agent: *\nDisallow: /*{escape}*\nDisallow: /".encode(), "https://a.example/robots.txt"
    )
    assert rules.refusal(f"https://a.example/x{escape}x").isprintable()
