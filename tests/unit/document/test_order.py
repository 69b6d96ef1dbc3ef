"""Reading order is a function of what pages say: chains, navigations, paths; never of arrival."""

from __future__ import annotations

import random

import pytest

from docspasta.document.duplicates import find_duplicates
from docspasta.document.order import ReadingOrder, StoredPage
from docspasta.document.paths import path_key, plain_view
from docspasta.document.places import find_places

SITE = "https://docs.example.org"


def page(path: str, number: int = 0, **fields) -> StoredPage:
    for name in ("rel_next", "rel_prev", "canonical", "redirected_to"):
        if name in fields:
            fields[name] = SITE + fields[name]
    return StoredPage(page_id=number or abs(hash(path)), url=SITE + path, key=path, **({"depth": 1} | fields))


def read(pages, navigations=None) -> list[str]:
    """The paths in reading order; `navigations` maps a name to paths."""
    order = ReadingOrder(pages)
    for name in order.navigations():
        order.merge((navigations or {}).get(name, []), name)
    return [found.url.removeprefix(SITE) for found in order.finish()]


def test_a_chain_leads():
    pages = [
        page("/", depth=0, rel_next="/z"),
        page("/z", rel_next="/a", navigation="n"),
        page("/a", rel_prev="/z"),
        page("/search"),
    ]
    assert read(pages, {"n": ["/a", "/z", "/"]}) == ["/", "/z", "/a", "/search"]


def test_a_chain_of_few_pages_does_not_lead():
    pages = [page("/", depth=0, navigation="n"), page("/b", rel_next="/a"), *map(page, ("/a", "/c", "/d"))]
    assert read(pages, {"n": ["/d", "/c", "/a", "/b", "/"]}) == ["/d", "/c", "/a", "/b", "/"]


def test_rel_prev_joins_what_rel_next_leaves_out_and_rings_come_to_an_end():
    pages = [page("/c", rel_prev="/b"), page("/b", rel_prev="/a"), page("/a", rel_prev="/c")]
    assert sorted(read(pages)) == ["/a", "/b", "/c"]
    assert read([page("/x", rel_next="/x"), page("/y", rel_next="/gone")]) == ["/x", "/y"]


def test_the_start_pages_navigation_then_the_others_merged_where_they_belong():
    pages = [
        page("/", depth=0, navigation="start"),
        page("/guide", navigation="guide"),
        page("/guide/2"),
        page("/guide/10"),
        page("/api", navigation="api"),
        page("/api/x"),
        page("/zebra"),
        page("/aardvark"),
    ]
    navigations = {
        "start": ["/", "/guide", "/api"],
        "guide": ["/", "/guide", "/guide/10", "/guide/2", "/api", "/elsewhere"],
        "api": ["/api/x", "/api"],
    }
    assert read(pages, navigations) == [
        "/", "/guide", "/guide/10", "/guide/2", "/api/x", "/api", "/aardvark", "/zebra",
    ]  # fmt: skip


def test_paths_when_there_is_nothing_else():
    pages = [page(path) for path in ("/b/10", "/b/2", "/b/", "/a?q=2", "/a", "/b/index2", "/ab")]
    assert read([page("/m", depth=0), *pages]) == [
        "/m", "/a", "/a?q=2", "/ab", "/b/", "/b/2", "/b/10", "/b/index2",
    ]  # fmt: skip


def test_redirects_lead_where_they_lead():
    pages = [
        page("/", depth=0, navigation="n"),
        page("/old", redirected_to="/older"),
        page("/older", redirected_to="/new"),
        page("/loop", redirected_to="/loop2"),
        page("/loop2", redirected_to="/loop"),
        page("/new"),
        page("/a"),
    ]
    assert read(pages, {"n": ["/", "/old", "/loop", "/a"]}) == ["/", "/new", "/a"]


def random_site(chance: random.Random):
    """Some pages that say contradictory things of their order."""
    paths = [f"/{chance.choice('abc')}/{n}" for n in range(chance.randrange(1, 40))]
    navigations = {
        n: chance.sample(paths, chance.randrange(len(paths) + 1)) for n in range(chance.randrange(1, 6))
    }
    pages = []
    for _number, path in enumerate(paths):
        fields = {"depth": chance.randrange(3), "content_hash": str(chance.randrange(30))}
        if chance.random() < 0.7:
            fields["navigation"] = chance.choice(list(navigations))
        for name in ("rel_next", "rel_prev", "canonical"):
            if chance.random() < 0.4:
                fields[name] = chance.choice(paths)
        if chance.random() < 0.2:
            fields["redirected_to"] = chance.choice(paths)
        pages.append((path, fields))
    return pages, navigations


def test_a_list_of_what_is_below_a_page_follows_the_page():
    """As of an API reference: the start lists packages, each package its classes, a class those inside it."""
    pages = [
        page("/", depth=0, navigation="packages"),
        page("/b/package", navigation="b"),
        page("/b/Y", navigation="y"),
        *map(page, ("/b/X", "/b/Y.Inner", "/a/Z", "/0")),
        page("/a/package", navigation="a"),
    ]
    lists = {
        "packages": ["/b/package", "/a/package"],
        "b": ["/b/Y", "/b/X"],
        "a": ["/a/Z"],
        "y": ["/b/Y.Inner"],
    }
    assert read(pages, lists) == [
        "/", "/b/package", "/b/Y", "/b/Y.Inner", "/b/X", "/a/package", "/a/Z", "/0",
    ]  # fmt: skip


def test_lists_whose_pages_lead_to_each_other_come_to_an_end():
    pages = [page("/", depth=0), page("/a", navigation="a"), page("/b", navigation="b"), page("/c")]
    assert read(pages, {"a": ["/b", "/c"], "b": ["/a"]}) == ["/", "/a", "/b", "/c"]


def test_a_menu_of_the_neighbours_of_a_page_is_no_list_of_what_is_below_it():
    pages = [page("/", depth=0), *map(page, ("/o/1", "/o/2", "/o/3", "/o/4"))]
    pages += [page("/b", rel_prev="/c", rel_next="/a", navigation="b"), page("/c"), page("/a")]
    assert read(pages, {"b": ["/c", "/a"]}) == ["/", "/c", "/b", "/a", "/o/1", "/o/2", "/o/3", "/o/4"]


def test_a_menu_of_home_and_the_page_itself_says_nothing_of_its_place():
    home = [page("/", depth=0, content_hash="h"), page("/index.html", content_hash="h")]
    pages = [*home, *(page(f"/{name}", navigation=name) for name in "abc")]
    menus = {name: ["/index.html", f"/{name}"] for name in "abc"}
    assert read(pages, menus) == ["/", "/index.html", "/a", "/b", "/c"]


def test_a_long_list_on_the_start_page_orders_where_its_menu_knows_no_page():
    listed = [f"{SITE}/class.{n}" for n in range(30, 0, -1)]
    pages = [page("/", depth=0, navigation="home"), *(page(url.removeprefix(SITE)) for url in listed)]
    order = ReadingOrder([*pages, *(page(f"/method.{n}") for n in range(50))], listed)
    order.merge(["/"], "home")
    assert [found.url for found in order.finish()][1:31] == listed


def test_menu_files_order_the_pages_and_are_none_the_outer_ones_first():
    pages = [
        page("/", depth=0),
        page("/b/toc.html", navigation="inner", is_menu=True),
        page("/toc.html", navigation="outer", is_menu=True, depth=0),
        *map(page, ("/b/1", "/b/2", "/a", "/c")),
    ]
    menus = {"outer": ["/", "/c", "/b/2", "/a"], "inner": ["/b/2", "/b/1"]}
    assert read(pages, menus) == ["/", "/c", "/b/2", "/b/1", "/a"]


def test_what_a_menu_lists_stands_where_another_menu_names_it():
    pages = [
        page("/cover", depth=0),
        page("/toc", navigation="toc", is_menu=True),
        page("/a-tasks", navigation="tasks", is_menu=True, depth=2),
        page("/z-using", navigation="using", is_menu=True, depth=2),
        *map(page, ("/intro", "/use", "/more", "/b", "/a", "/end")),
    ]
    menus = {
        "toc": ["/intro", "/z-using", "/a-tasks", "/end"],
        "tasks": ["/toc", "/b", "/a"],
        "using": ["/toc", "/use", "/more"],
    }
    assert read(pages, menus) == ["/cover", "/intro", "/use", "/more", "/b", "/a", "/end"]


def test_menus_are_placed_as_a_reader_opens_them():
    pages = [
        page("/cover", depth=0),
        page("/toc", navigation="toc", is_menu=True),
        page("/a-tasks", navigation="tasks", is_menu=True, depth=2),
        page("/z-install", navigation="install", is_menu=True, depth=2),
        *map(page, ("/install", "/setup", "/overview", "/build")),
    ]
    menus = {
        "toc": ["/z-install", "/a-tasks"],
        "tasks": ["/toc", "/overview", "/install", "/build"],
        "install": ["/toc", "/install", "/setup"],
    }
    assert read(pages, menus) == ["/cover", "/install", "/setup", "/overview", "/build"]


@pytest.mark.parametrize("seed", range(60))
def test_any_order_of_arrival_gives_the_same_places(seed):
    chance = random.Random(seed)
    site, navigations = random_site(chance)
    outcomes = set()
    for _ in range(4):
        chance.shuffle(site)
        pages = [page(path, number, **fields) for number, (path, fields) in enumerate(site, 1)]
        order = ReadingOrder(pages)
        for name in order.navigations():
            order.merge(navigations[name], name)
        ordered = order.finish()
        assert sorted(found.url for found in ordered) == sorted(p.url for p in pages if not p.redirected_to)
        url = {found.page_id: found.url for found in ordered}
        places = find_places(ordered)
        outcomes.add(
            tuple(
                sorted((url[p.page_id], p.position, p.anchor, url.get(p.duplicate_of or 0)) for p in places)
            )
        )
    assert len(outcomes) == 1


def test_order_is_linear_in_pages_and_navigation():
    """20,000 pages whose navigations each begin with a page that no other has: quadratic walks would show."""
    pages = [page(f"/p/{n}", n + 1, navigation=n) for n in range(20_000)]
    order = ReadingOrder(pages)
    for n in order.navigations():
        order.merge([f"/p/{n}", f"/p/{(n * 7) % 20_000}", "/p/5"], n)
    assert len(order.finish()) == 20_000


def test_the_same_content_appears_once():
    pages = [
        page("/a", 1, content_hash="x"),
        page("/b", 2, content_hash="y"),
        page("/c", 3, content_hash="x"),
    ]
    assert find_duplicates(pages) == {3: 1}
    assert find_duplicates(list(reversed(pages))) == {1: 3}


def test_a_canonical_link_folds_views_to_print_or_for_phones_and_other_spellings():
    pages = [
        page("/a", 1, content_hash="1"),
        page("/a/index.html", 2, content_hash="2", canonical="/a"),
        page("/a?print=1", 3, content_hash="3", canonical="/a"),
        page("/amp/a/", 4, content_hash="4", canonical="/a"),
        page("/b", 5, content_hash="5", canonical="/a"),  # a template's mistake
        page("/c", 6, content_hash="6", canonical="/not-crawled"),
        page("/a?tab=2", 7, content_hash="7", canonical="/a"),
    ]
    assert find_duplicates(pages) == {2: 1, 3: 1, 4: 1}


def test_articles_whose_canonical_link_drops_their_query_are_pages_of_their_own():
    same = {"likeness": "x", "canonical": "/kb.php"}
    articles = [page(f"/kb.php?id={n}", n, content_hash=str(n), **same) for n in (1, 2, 3)]
    assert find_duplicates([page("/kb.php", 9, content_hash="9", likeness="x"), *articles]) == {}


def test_places_of_duplicates_are_those_of_the_page_that_stays():
    pages = [page("/a", 1, content_hash="x"), page("/b", 2, content_hash="x"), page("/c", 3)]
    first, third, second = find_places(pages)
    assert (first.position, first.anchor, first.duplicate_of) == (1, "a", None)
    assert (third.position, third.anchor) == (2, "c")
    assert (second.page_id, second.position, second.anchor, second.duplicate_of) == (2, 0, "a", 1)


def test_views_of_one_page_and_path_keys():
    views = "/a /a/ /a.html /a/index.html /amp/a /a/amp /a?amp=1 /a/print/ /a.amp.html /a?view=print".split()
    assert {plain_view(SITE + view) for view in views} == {SITE + "/a"}
    assert plain_view(f"{SITE}/a?id=1") != plain_view(f"{SITE}/a") != plain_view(f"{SITE}/")
    urls = [f"{SITE}/ch2", f"{SITE}/ch10", f"{SITE}/ch010"]
    assert sorted(urls, key=path_key)[0] == f"{SITE}/ch2"
    assert len({path_key(url) for url in urls}) == 3
