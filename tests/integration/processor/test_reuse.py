"""What was converted is not converted again: while bytes, address, options and converter are the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from docspasta.content import Options, Page
from docspasta.domain import JobSettings
from docspasta.store.pool import Pool, open_pool
from docspasta.store.sources import KeptSource, delete_source, insert_source
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


def body(n: int, text: str = "words", **more: object) -> Body:
    html = f"<title>T{n}</title><nav><ul>{MENU}</ul></nav><main><h1>Title {n}</h1><p>Some {text}.</p>"
    html += f'<p><a href="p{n + 1}.html#i3">next</a></p><pre>a &lt; b\n\tc</pre></main>'
    return Body(html.encode(), f"{SITE}/p{n}.html", **more)  # type: ignore[arg-type]


async def test_what_is_the_same_is_not_converted_and_is_the_same_page(
    pool: Pool, conversion: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    reuse, bodies = Reuse(pool, conversion), [body(n) for n in range(5)]
    first = await reuse.convert("ann", "s", bodies)
    again = await Reuse(pool, conversion).convert("ann", "s", [*bodies, body(9)])
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
        assert await reuse.convert("ann", "s", other) == await conversion.convert("ann", other)
        assert len(conversion.asked) == 2, other
    conversion.asked.clear()
    monkeypatch.setattr(reuse_module, "converter_version", lambda: b"another")
    await reuse.convert("ann", "s", bodies)
    assert len(conversion.asked) == 5
    await reuse.convert("ann", "gone", bodies)  # a source that was deleted meanwhile
    assert len(conversion.asked) == 10


async def test_what_failed_or_is_broken_is_converted_again(pool: Pool, conversion: Counting) -> None:
    reuse = Reuse(pool, conversion)
    empty = Body(b"<html></html>", f"{SITE}/empty.html")
    for _ in range(2):
        (page,) = await reuse.convert("ann", "s", [empty])
        assert page and page.reason
    assert len(conversion.asked) == 2
    (good,) = await reuse.convert("ann", "s", [body(1)])
    for broken in (b"", b"\x28\xb5\x2f\xfdx", b"\x00\x00\x00\x02\x00\x00\x00\x01{}x"):
        async with pool.transaction("ann") as connection:
            await connection.execute("UPDATE kept_conversions SET page = $1", broken)
        assert await reuse.convert("ann", "s", [body(1)]) == [good]
    assert len(conversion.asked) == 6
    async with pool.transaction("ann") as connection:
        assert await delete_source(connection, "ann", "s")
        assert await connection.fetchval("SELECT count(*) FROM kept_conversions") == 0
