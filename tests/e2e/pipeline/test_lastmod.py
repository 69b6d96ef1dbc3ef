"""A page whose lastmod is what it was is not asked for, once its site was seen to keep its lastmods."""

from __future__ import annotations

from typing import Any

from services.processor.lastmods import HELD

from .conftest import Client
from .site import Site, page, serving
from .test_sources import source_of

OLD, NEW = "2026-01-01", "2026-02-01"  # days; long ago, so that no page could have changed once more that day


def listed(titles: dict[str, str], lastmods: dict[str, str]) -> dict[str, str]:
    """A start page without links, and a sitemap that lists it and the others."""
    entries = "".join(
        f"<url><loc>ORIGIN{p}</loc><lastmod>{lastmods.get(p, OLD)}</lastmod></url>" for p in titles
    )
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    bodies = {path: page(title, {}) for path, title in titles.items()}
    return {"/": page("Start", {}), "/sitemap.xml": sitemap, **bodies}


async def asked_for(site: Site, run: Any, **options: Any) -> tuple[Any, int]:
    """A run, and how many pages it asked for."""
    site.log.clear()
    job = await run(**options)
    return job, site.fetches().total()


async def test_trust_is_earned_and_spares_requests_and_a_lie_ends_it(client: Client) -> None:
    pages = 2 * HELD
    titles = {f"/page-{n}.html": f"Page {n}" for n in range(pages)}
    async with serving(Site(listed(titles, {}))) as site, source_of(client, site, "lastmod") as run:
        assert (await asked_for(site, run))[1] >= pages
        changed = {f"/page-{n}.html": f"Changed {n}" for n in range(HELD)}
        titles |= changed
        site.pages = listed(titles, dict.fromkeys(changed, NEW))
        assert (await asked_for(site, run))[1] >= pages  # nothing was known of its lastmods yet
        third, asked = await asked_for(site, run)
        # The start page, one that is doubted, and any other by a chance of 1 %.
        assert asked < HELD and third.progress.unchanged == pages + 1
        titles["/page-0.html"] = "Changed again"
        site.pages = listed(titles, dict.fromkeys(changed, NEW) | {"/page-0.html": "2026-03-01"})
        fourth, asked = await asked_for(site, run)
        assert asked < HELD and fourth.progress.unchanged == pages
        fresh = await client.ended(await client.crawl(site))
        assert await client.document(fourth) == await client.document(fresh)
        titles = {path: f"Now {title}" for path, title in titles.items()}  # and no lastmod says so
        site.pages = listed(titles, dict.fromkeys(changed, NEW) | {"/page-0.html": "2026-03-01"})
        assert (await run()).progress.contradicted >= 1
        last, asked = await asked_for(site, run)
        assert asked >= pages
        fresh = await client.ended(await client.crawl(site))
        assert await client.document(last) == await client.document(fresh)
