"""A page that is the same bytes as three shells that were drawn is drawn at once."""

from __future__ import annotations

from docspasta.queues.messages import Fetched
from services.crawler.shells import BODIES, ENOUGH, Shells

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
    for n in range(BODIES + 1):
        for each in range(ENOUGH):
            drawn(shells, f"{each}", body=b"%d" % n)
    assert shells.knows("u j", page("x", b"0")) == ()
    assert shells.knows("u j", page("x", b"%d" % BODIES)) != ()
