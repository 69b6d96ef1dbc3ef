"""Every answer of an aiohttp session is let go where it was asked for: `async with session.get(…) as answer`.

One that is only awaited keeps its connection until it was read to its end. What is not read then is found by
a look for garbage, in whichever test comes later: `ResourceWarning: Unclosed connection`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("docspasta", "services", "gateway", "bench", "tests")
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
AWAITED = re.compile(r"await [^\n]*(session|client)\.[a-z]+\(")  # in code that is worth parsing


def only_awaited(code: str) -> Iterator[int]:
    """Lines that await a request of a session, or of a client that is given a path or a URL."""
    if not AWAITED.search(code):
        return
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Await) and isinstance(node.value, ast.Call)):
            continue
        called = node.value.func
        if isinstance(called, ast.Attribute) and called.attr in METHODS:
            asker = ast.unparse(called.value).rpartition(".")[2]
            given = any(map(is_address, node.value.args[:2]))
            if asker.endswith("session") or (asker.endswith("client") and given):
                yield node.lineno


def is_address(argument: ast.expr) -> bool:
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    first = parts[0] if parts else None
    written = first.value if isinstance(first, ast.Constant) else ""
    return isinstance(written, str) and written.startswith(("/", "http://", "https://"))


def test_no_answer_is_only_awaited() -> None:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    assert len(files) > 500
    found = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in only_awaited(file.read_text())]
    assert not found, f"let the answer go with `async with`: {', '.join(found)}"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("answer = await session.get(url)", [1]),
        ("answer = await self.session.request('GET', url)", [1]),
        ("assert (await client.post('/mcp', json={})).status == 413", [1]),
        ("await client.request('GET', f'http://{host}/')", [1]),
        ("async with session.get(url) as answer:\n    await answer.json()", []),
        ("await redis.get(f'{key}:lock')", []),
        ("await user.get(job)", []),
        ("await frontier.robots.put('https://docs.example', rules, 60)", []),
    ],
)
def test_what_is_only_awaited_is_seen(code: str, lines: list[int]) -> None:
    """Of code within a function that is asynchronous."""
    assert [
        line - 1 for line in only_awaited(f"async def f():\n    {code.replace(chr(10), chr(10) + '    ')}")
    ] == lines
