"""No regular expression that reads what sites and clients send on an event loop costs the square of it.

Each is tried over texts that repeat one piece and then fail, which is where a pattern tries everything twice.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from re import _compiler as compiler  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import docspasta
import gateway
import services

ROOMS = (
    *("docspasta.codings", "docspasta.deliveries", "docspasta.domain", "docspasta.egress", "docspasta.globs"),
    *(
        "docspasta.identity",
        "docspasta.pushes",
        "docspasta.refresh",
        "docspasta.request_headers",
        "docspasta.rest",
    ),
    *("docspasta.scope", "docspasta.serving", "docspasta.start", "docspasta.urls", "docspasta.firecrawl"),
    *("gateway", "services.crawler", "services.jobs"),
)
MATCHED = {  # with match or fullmatch alone: a search would begin at each place anew
    "gateway.ranges._RANGE": "fullmatch of a header",
    "docspasta.refresh._REFRESH": "match of a header",
}
PUMPS = (
    *(
        " ",
        "\t",
        "\n",
        "a",
        "1",
        "-",
        ".",
        "/",
        ":",
        ";",
        ",",
        "=",
        "<",
        "[",
        "(",
        "\\",
        '"',
        "'",
        "&",
        "%",
        "@",
        "*",
    ),
    *("a ", " a", "1 ", "1.", "a.", "a-", "a/", "a=", "; ", ", ", "](", "{}", "url=", "a:", "%2", "é"),
)
BEGINS = ("", "a", "1")
SHORT, LONG = 1_000, 4_000


def patterns(*rooms: str) -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Those of the modules whose names begin so."""
    seen: set[int] = set()
    for package in (docspasta, gateway, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__") or not module.name.startswith(rooms):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{module.name}.{name}", value


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], text: str, matched: bool) -> float:
    given = text.encode() if isinstance(pattern.pattern, bytes) else text
    began = time.thread_time()
    (pattern.match if matched else pattern.search)(given)  # type: ignore[arg-type]
    return time.thread_time() - began


def grows(pattern: re.Pattern[str] | re.Pattern[bytes], text: str, pump: str, matched: bool) -> bool:
    """Whether four times the text costs far more than four times the seconds, each time."""
    for _ in range(3):
        short, long = (
            seconds(pattern, text + pump * (size // len(pump)) + "\x01", matched) for size in (SHORT, LONG)
        )
        if long < 0.002 or long < 8 * short:
            return False
    return True


def test_they_cost_no_more_than_their_input_grows() -> None:
    found, tried = [], 0
    for name, pattern in patterns(*ROOMS):
        tried += 1
        for begin in BEGINS:
            found += [(name, begin, pump) for pump in PUMPS if grows(pattern, begin, pump, name in MATCHED)]
    assert tried > 30 and not found, found


def test_no_group_is_repeated_possessively() -> None:
    """`(?:ab)*+` leaves CPython 3.11.2 in the middle of a repetition that failed; `(?>(?:ab)*)` does not."""
    tried = 0
    for name, pattern in patterns(""):
        tried += 1
        assert not list(possessive_groups(parser.parse(pattern.pattern, pattern.flags))), name
    assert tried > 100
    assert list(possessive_groups(parser.parse("x(?:a(?:ab)*+|c)")))
    assert not list(possessive_groups(parser.parse("(?>(?:ab)*)[ab]*+")))


def possessive_groups(parsed: Any) -> Iterator[Any]:
    """The possessive repeats of more than one character, at any depth."""
    for operation, argument in parsed:
        if str(operation) == "POSSESSIVE_REPEAT" and not compiler._simple(argument[2]):
            yield argument
        yield from _within(argument)


def _within(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield from possessive_groups(argument)
    elif isinstance(argument, list | tuple):
        for one in argument:
            yield from _within(one)
