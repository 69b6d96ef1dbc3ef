"""Sites without end, generated: any number of hosts (127.x.y.z) and pages from one small process.

    python -m bench.generated_sites PORT     serves until stdin ends, then prints what was asked for

`/n50/` is the start of a site of 50 small pages (some 6 KB), `/j10000/` of one of 10,000 pages as javadoc has
them (some 30 KB: its start lists packages, they list their classes). All else is not found. Every page has
words of its own host and number. What is printed is JSON: host -> [[monotonic seconds, path], ...], in order.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time

import uvloop

PACKAGE = 100  # pages of a javadoc-like package, its own among them
WORDS = "a bound buffer call given index key length name of or order reader returns same set state that the"
SITE = re.compile(r"/([nj])(\d+)/(?:p(\d+)\.html)?$")
HEAD = "HTTP/1.1 {} {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n"
MISSING = HEAD.format(404, "Not Found", 0).encode()


def pool(seed: int, sentences: int) -> list[str]:
    """Sentences to write pages of."""
    chance, words = random.Random(seed), WORDS.split()
    return [" ".join(chance.choices(words, k=12)).capitalize() + "." for _ in range(sentences)]


SENTENCES = pool(1, 4000)


def small(host: str, pages: int, number: int) -> str:
    """A page of a small site; the first links to all."""
    chance = random.Random(f"{host} {number}")
    near = range(pages) if number == 0 else [(number + step) % pages for step in range(-5, 6)]
    menu = "".join(f'<li><a href="p{at}.html">Chapter {at}</a>' for at in near if at)
    text = "".join(f"<p>{' '.join(chance.sample(SENTENCES, 4))}" for _ in range(12))
    own = f"<h1>Chapter {number} of {host}</h1><p>What {host} says in {number}."
    title = f"<!doctype html><title>Chapter {number}</title><nav><ul>{menu}</ul></nav>"
    return f"{title}<main>{own}{text}<pre><code>call({number})</code></pre></main>"


def packages(pages: int) -> range:
    """Numbers of the packages' pages: every hundredth."""
    return range(1, pages, PACKAGE)


def large(host: str, pages: int, number: int) -> str:
    """A page of a javadoc-like site: the start, a package, or a class of 30 methods."""
    chance = random.Random(f"{host} {number}")
    first = 1 + (number - 1) // PACKAGE * PACKAGE
    members = range(first + 1, min(first + PACKAGE, pages))
    if number == 0:
        listed = list(packages(pages))
    elif number == first:
        listed = list(members)
    else:
        listed = []
    rows = "".join(
        f'<tr><td><a href="p{at}.html">Type{at}</a><td>{chance.choice(SENTENCES)}' for at in listed
    )
    methods = "" if listed or not number else "".join(method(chance, members, at) for at in range(30))
    package = f' <a href="p{first}.html">Package</a>' if number else ""
    nav = f'<nav><a href="./">Overview</a>{package}</nav>'
    head = f"<!doctype html><title>Type{number}</title>{nav}<main><h1>Type{number}</h1>"
    text = f"<p>{' '.join(chance.sample(SENTENCES, 6))}"
    return f"{head}{text}<table><tr><th>Type<th>Says{rows}</table>{methods}</main>"


def method(chance: random.Random, members: range, at: int) -> str:
    """A method with its signature, links to two types beside it, and a list of what it takes."""
    one, other = chance.choice(members), chance.choice(members)
    signature = (
        f'<a href="p{one}.html">Type{one}</a> method{at}(<a href="p{other}.html">Type{other}</a> other)'
    )
    says = " ".join(chance.sample(SENTENCES, 8))
    takes = "".join(f"<dd><code>value{n}</code> - {chance.choice(SENTENCES)}</dd>" for n in range(2))
    return (
        f'<section id="m{at}"><h3>method{at}</h3><pre>public {signature}</pre><p>{says}'
        f"<dl><dt>Parameters:</dt>{takes}<dt>Returns:</dt><dd>{chance.choice(SENTENCES)}</dd></dl></section>"
    )


def answer(host: str, path: str) -> bytes:
    """The whole answer."""
    found = SITE.match(path)
    kind, pages, number = (found[1], int(found[2]), int(found[3] or 0)) if found else ("", 0, 0)
    if number >= pages or path.endswith("/p0.html"):
        return MISSING
    body = (small if kind == "n" else large)(host, pages, number).encode()
    return HEAD.format(200, "OK", len(body)).encode() + body


class Connection(asyncio.Protocol):
    """One connection; GET only, one request after the other."""

    def __init__(self, asked: dict[str, list[tuple[float, str]]]) -> None:
        self._asked, self._pending = asked, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        if not self._transport.get_extra_info("sockname")[0].startswith("127."):
            self._transport.abort()  # loopback only

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:
            head, _, self._pending = self._pending.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode("ascii", "replace")
            host = re.search(rb"(?i)\r\nhost: *([^:\r]+)", head)
            name = host[1].decode() if host else ""
            self._asked.setdefault(name, []).append((time.monotonic(), path))
            self._transport.write(answer(name, path))


async def serve(port: int) -> None:
    """Serve until stdin ends; then print what was asked for."""
    asked: dict[str, list[tuple[float, str]]] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(asked), "0.0.0.0", port, backlog=1024)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    json.dump(asked, sys.stdout)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
