"""What was converted is not converted again: while bytes, address, options and converter are the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from docspasta.content import Options, Page
from docspasta.domain import JobSettings
from docspasta.queues.messages import Fetched
from docspasta.store.conversions import kept_of
from docspasta.store.pool import Pool, open_pool
from docspasta.store.sources import KeptSource, delete_source, insert_source
from docspasta.urls import url_key
from services.processor import reuse as reuse_module
from services.processor.conversion import Conversion
from services.processor.reuse import Reuse
from services.processor.wire import Body
from tests.stack import Database

SITE = "https://docs.example.org"
MENU = "".join(f'<li><a href="/p{n}.html" id="i{n}">Página {n} \u2603</a></li>' for n in range(40))


class Counting(Conversion):
    """The conversion itself, which notes what it is asked for."""

    asked: list[str]

    async def convert(self, user: str, bodies: Sequence[Body]) -> list[Page | None]:
        self.asked += [body.url for body in bodies]
        return await super().convert(user, bodies)


@pytest.fixture
async def conversion() -> AsyncIterator[Counting]:
    made = Counting(2, 5.0, 512 * 1024 * 1024, 10 * 1024 * 1024)
    made.asked = []
    yield made
    await made.stop()


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    made = await open_pool(database.app_dsn)
    async with made.transaction("ann") as connection:
        assert await insert_source(connection, "ann", "s", KeptSource("docs", JobSettings(url=SITE), 3))
    yield made
    await made.close()


class Convert(Reuse):
    """Reuse, as it is asked for pages alone."""

    async def pages(self, source: str, bodies: Sequence[Body], **said: object) -> list[Page | None]:
        answers = [Fetched(one.url, 200, **said) for one in bodies]  # type: ignore[arg-type]
        return (await self.convert("ann", source, bodies, answers)).pages


def body(n: int, text: str = "words", **more: object) -> Body:
    html = f"<title>T{n}</title><nav><ul>{MENU}</ul></nav><main><h1>Title {n}</h1><p>Some {text}.</p>"
    html += f'<p><a href="p{n + 1}.html#i3">next</a></p><pre>a &lt; b\n\tc</pre></main>'
    return Body(html.encode(), f"{SITE}/p{n}.html", **more)  # type: ignore[arg-type]


async def test_what_is_the_same_is_not_converted_and_is_the_same_page(
    pool: Pool, conversion: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    reuse, bodies = Convert(pool, conversion), [body(n) for n in range(5)]
    first = await reuse.pages("s", bodies)
    again = await Convert(pool, conversion).pages("s", [*bodies, body(9)])
    assert conversion.asked == [one.url for one in (*bodies, body(9))]
    assert again[:5] == first == await conversion.convert("ann", bodies)
    assert all(page and page.links and page.markdown for page in again)
    for other in (
        [body(0, "other words")],
        [body(0, "words", charset="latin-1")],
        [body(0, "words", options=Options(exclude_selectors=("pre",)))],
        [body(0)],  # as it was at first: the last one has taken its place
    ):
        conversion.asked.clear()
        assert await reuse.pages("s", other) == await conversion.convert("ann", other)
        assert len(conversion.asked) == 2, other
    conversion.asked.clear()
    monkeypatch.setattr(reuse_module, "converter_version", lambda: b"another")
    await reuse.pages("s", bodies)
    assert len(conversion.asked) == 5
    await reuse.pages("gone", bodies)  # a source that was deleted meanwhile
    assert len(conversion.asked) == 10


async def test_what_failed_or_is_broken_is_converted_again(pool: Pool, conversion: Counting) -> None:
    reuse = Convert(pool, conversion)
    empty = Body(b"<html></html>", f"{SITE}/empty.html")
    for _ in range(2):
        (page,) = await reuse.pages("s", [empty])
        assert page and page.reason
    assert len(conversion.asked) == 2
    (good,) = await reuse.pages("s", [body(1)])
    for broken in (b"", b"\x28\xb5\x2f\xfdx", b"\x00\x00\x00\x02\x00\x00\x00\x01{}x"):
        async with pool.transaction("ann") as connection:
            await connection.execute("UPDATE kept_conversions SET page = $1", broken)
        assert await reuse.pages("s", [body(1)]) == [good]
    assert len(conversion.asked) == 6
    async with pool.transaction("ann") as connection:
        assert await delete_source(connection, "ann", "s")
        assert await connection.fetchval("SELECT count(*) FROM kept_conversions") == 0


async def test_a_page_that_was_called_unchanged_and_is_another_contradicts(
    pool: Pool, conversion: Counting
) -> None:
    reuse = Convert(pool, conversion)
    html = b"<title>T</title><main><h1>Title</h1><p>Some words of a page.</p></main>"
    was, mark, other = (
        Body(text, f"{SITE}/p.html")
        for text in (html, html + b"<!-- 7 -->", html.replace(b"words", b"things"))
    )
    await reuse.pages("s", [was])
    for now, contradicted in ((was, False), (mark, False), (other, True), (other, True)):
        answer = Fetched(now.url, 200, doubted=True)
        found = await reuse.convert("ann", "s", [now], [answer])
        assert bool(found.contradicted) is contradicted, now
        assert found.pages == await conversion.convert("ann", [now])


async def test_headers_of_known_pages_are_kept_without_their_bytes(pool: Pool, conversion: Counting) -> None:
    reuse, one = Convert(pool, conversion), body(1)
    key = url_key(one.url)
    for said in ({}, {"etag": "a", "noindex": True}, {"etag": "b", "last_modified": "Sun"}):
        await reuse.pages("s", [one], **said)
        (kept,) = await kept_of(pool, "ann", "s", [key])
        assert kept[4:] == (
            said.get("etag", ""),
            said.get("last_modified", ""),
            said.get("noindex", False),
            False,
            "",
        )
    assert conversion.asked == [one.url]


async def test_a_long_page_is_kept_too(pool: Pool, conversion: Counting) -> None:
    """A book's index is its longest page: alone it would cost more than all others together."""
    reuse, words = Convert(pool, conversion), "many words of an entry " * 40
    rows = "".join(f"<p>{n} {words}</p>" for n in range(700))
    long = Body(f"<title>T</title><main><h1>Index</h1>{rows}</main>".encode(), f"{SITE}/i.html")
    first = await reuse.pages("s", [long])
    assert first[0] and len(first[0].markdown) > 600_000
    assert await reuse.pages("s", [long]) == first
    assert conversion.asked == [long.url]
