"""Objects of texts, read in windows: what json makes of them, wherever a window ends."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest

from docspasta.pushes import texts as module
from docspasta.pushes.texts import NotAnObject, texts
from docspasta.turns import at_once

PARTS = (
    *(
        "a",
        "é",
        "€",
        "😀",
        '"',
        "\\",
        "\n",
        "/",
        "\x7f",
        "\u2028",
        "ud83d",
        "\\ud83d",
        "\ud83d",
        "\ude00",
        "n" * 9,
    ),
    *("\\u0041", "{", "}", ",", ":", " ", "null"),
)


def read(body: bytes) -> dict[str, str] | str | None:
    """The texts; the name of a field that is none; None for no object."""
    try:
        found = at_once(texts(body, 0, len(body)))
    except NotAnObject:
        return None
    if found.bad is not None:
        return found.bad
    assert not body[found.end :].strip()
    return {name: value.decode() for name, value in found.fields.items()}


def right(body: bytes) -> dict[str, str] | None:
    """The same by json, for objects of whole texts and null."""
    try:
        found: Any = json.loads(body.decode())
        [f"{name}{value}".encode() for name, value in found.items()]
    except (ValueError, AttributeError):
        return None
    return {name: value or "" for name, value in found.items()}


@pytest.mark.parametrize("window", [12, 13, 14, 17, 31])
def test_it_reads_what_json_reads(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW", window)
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"SEED={seed}")
    draw = random.Random(f"{seed} {window}")
    whole = 0
    for _ in range(800):
        names = ["".join(draw.choices(PARTS[:6], k=3)) for _ in range(draw.randrange(4))]
        values = {
            name: draw.choice(["".join(draw.choices(PARTS, k=draw.randrange(12))), None]) for name in names
        }
        text = json.dumps(values, ensure_ascii=draw.random() < 0.5, indent=draw.choice((None, 9)))
        body = text.encode(errors="surrogatepass")
        if (known := right(body)) is not None:
            assert read(body) == known, body
            whole += 1
        else:
            assert not isinstance(read(body), dict), body
        broken = body[: draw.randrange(len(body))]
        assert not isinstance(read(broken), dict), broken
    assert whole > 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a": 1}', "a"),
        (b'{"a": "b", "c": {}}', "c"),
        (b'{"a": "\\ud800"}', "a"),
        (b'{"a": nul}', "a"),
        (b'{"a" "b"}', None),
        (b'{"a": "b",}', None),
        (b'{"a": "\x01"}', None),
        (b'{"a": "\\x"}', None),
        (b'{"a": "\\u12"}', None),
        (b'{"a": "\xff"}', None),
        (b"{" + b'"a":"",' * 40 + b'"b":""}', None),
        (b"[]", None),
        (b"", None),
    ],
)
def test_what_is_no_object_of_texts_is_told_from_it(body: bytes, said: str | None) -> None:
    assert read(body) == said
