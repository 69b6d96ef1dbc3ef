# ruff: noqa: E501
"""The links of documentation sites as their generators write them: what `decide` is given. Pure data.

Each skeleton is HTML as the generator's default theme makes it, cut to the parts that carry links, so that
the conversion's own link finding can be tried on the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docspasta.urls import BadUrl, canonical


@dataclass(frozen=True)
class Skeleton:
    """A start page: where it stands, its HTML, and what must and must not be admitted."""

    name: str
    url: str
    html: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]

    def links(self) -> list[str]:
        return _hrefs(self.html, self.url)

    def navigation(self) -> list[str]:
        """The links of the blocks marked as the page's documentation navigation."""
        blocks = re.findall(r"<!--nav-->(.*?)<!--/nav-->", self.html, re.S)
        return _hrefs("".join(blocks), self.url)


def _hrefs(html: str, base: str) -> list[str]:
    found: dict[str, None] = {}
    for href in re.findall(r'href="([^"]*)"', html):
        try:
            found.setdefault(canonical(href, base))
        except BadUrl:
            continue
    return list(found)


def _list(*hrefs: str) -> str:
    return "".join(f'<li><a href="{href}">{href}</a></li>' for href in hrefs)


SPHINX_RTD = Skeleton(
    "sphinx_rtd_theme on Read the Docs",
    "https://project.example.org/en/stable/guide/install.html",
    f"""<html lang="en"><body class="wy-body-for-nav"><nav class="wy-nav-side"><!--nav-->
    <div class="wy-menu wy-menu-vertical"><ul>{_list("../index.html", "../intro.html", "#", "config.html")}
    {_list("../api/index.html", "../api/core.html", "../changelog.html", "../genindex.html")}</ul></div><!--/nav-->
    </nav><section><a href="../_sources/guide/install.rst.txt">View page source</a>
    <a href="https://github.com/o/p/edit/main/docs/guide/install.rst">Edit</a>
    <div itemprop="articleBody"><a href="../intro.html#x">intro</a><a href="/en/latest/whatsnew.html">new</a>
    <a href="../_downloads/ab12/example.zip">zip</a></div></section>
    <div class="rst-versions"><dl>{_list("/en/latest/", "/en/stable/", "/en/1.0/", "/fr/stable/", "/_/downloads/en/stable/pdf/")}
    </dl></div></body></html>""",
    ("/en/stable/", "/en/stable/api/core.html", "/en/stable/new/page.html"),
    (
        "/en/latest/",
        "/en/latest/guide/install.html",
        "/fr/stable/",
        "/en/1.0/",
        "/en/stable/_sources/a.rst.txt",
        "/en/stable/_downloads/ab12/example.zip",
        "/_/downloads/en/stable/pdf/",
        "/",
    ),
)

SPHINX_PLAIN = Skeleton(
    "Sphinx, alabaster, in a version directory",
    "https://docs.example.org/3/library/os.html",
    f"""<html><body><div class="related"><!--nav--><ul>{
        _list(
            "../genindex.html", "../py-modindex.html", "io.html", "allos.html", "../index.html", "index.html"
        )
    }</ul><!--/nav--></div><div class="body">
    <a href="os.path.html">os.path</a><a href="../tutorial/index.html">tutorial</a></div></body></html>""",
    ("/3/", "/3/library/io.html", "/3/tutorial/index.html", "/3/whatsnew/3.12.html"),
    ("/2/library/os.html", "/3.11/library/os.html", "/fr/3/", "/"),
)

MKDOCS = Skeleton(
    "MkDocs, Material, on a project host with mike's versions",
    "https://owner.github.io/project/latest/getting-started/",
    f"""<html><body><nav class="md-nav md-nav--primary"><!--nav-->{
        _list(
            "..",
            "./",
            "../setup/",
            "../setup/fonts/",
            "../plugins/",
            "../plugins/search/",
            "../reference/",
            "../blog/",
        )
    }<!--/nav--></nav>
    <div class="md-version">{
        _list("/project/latest/", "/project/1.2/", "/project/dev/getting-started/")
    }</div>
    <article><a href="../setup/">next</a></article></body></html>""",
    ("/project/latest/", "/project/latest/setup/fonts/"),
    ("/project/latest/blog/", "/project/1.2/", "/project/dev/", "/other/latest/", "/"),
)

MKDOCS_ROOT = Skeleton(
    "MkDocs at the root of its own host",
    "https://www.tool.example/user-guide/writing/",
    f"""<html><body><div class="navbar"><!--nav-->{
        _list(
            "../..",
            "../../getting-started/",
            "../",
            "./",
            "../configuration/",
            "../plugins/",
            "../cli/",
            "../../dev-guide/",
            "../../dev-guide/themes/",
            "../../dev-guide/plugins/",
            "../../about/release-notes/",
            "../../about/license/",
        )
    }<!--/nav--></div></body></html>""",
    ("/", "/user-guide/cli/", "/dev-guide/themes/", "/about/license/"),
    ("/sitemap.xml", "/img/favicon.ico"),
)

DOCUSAURUS = Skeleton(
    "Docusaurus with versions and translations",
    "https://site.example/docs/intro",
    f"""<html><body><nav class="navbar">{
        _list(
            "/",
            "/docs/intro",
            "/blog",
            "/community",
            "/docs/next/intro",
            "/docs/intro",
            "/docs/2.x/intro",
            "/docs/1.10.0/intro",
            "/versions",
            "/fr/docs/intro",
            "/pt-BR/docs/intro",
        )
    }</nav>
    <aside class="theme-doc-sidebar-container"><!--nav--><ul class="menu__list">{
        _list(
            "/docs/intro",
            "/docs/installation",
            "/docs/guides/docs/create",
            "/docs/guides/markdown",
            "/docs/api/cli",
            "/docs/advanced/plugins",
            "/docs/v2-migration",
        )
    }</ul><!--/nav--></aside>
    <a href="https://github.com/o/r/edit/main/docs/intro.md">Edit this page</a></body></html>""",
    ("/docs/", "/docs/installation", "/docs/api/cli", "/docs/guides/new", "/docs/v2-migration", "/docs"),
    (
        "/",
        "/blog",
        "/docs/next/intro",
        "/docs/next/api/cli",
        "/docs/2.x/installation",
        "/docs/1.10.0/api/cli",
        "/fr/docs/intro",
        "/pt-BR/docs/intro",
        "/docs/3.4.0/intro",
    ),
)

DOCUSAURUS_FR = Skeleton(
    "Docusaurus in a translation",
    "https://site.example/fr/docs/intro",
    f"""<html><body><nav>{_list("/fr/", "/fr/blog", "/docs/intro", "/de/docs/intro", "/fr/docs/next/intro")}</nav>
    <aside><!--nav-->{_list("/fr/docs/intro", "/fr/docs/a", "/fr/docs/b/c", "/fr/docs/b/d")}<!--/nav--></aside>
    </body></html>""",
    ("/fr/docs/a", "/fr/docs/b/c"),
    ("/docs/a", "/de/docs/a", "/fr/blog", "/fr/docs/next/a"),
)

VITEPRESS = Skeleton(
    "VitePress with a guide section beside the site",
    "https://lib.example/guide/introduction.html",
    f"""<html><body><header>{
        _list(
            "/",
            "/guide/introduction.html",
            "/api/",
            "/sponsor/",
            "/about/team.html",
            "/partners/",
            "/zh/guide/introduction.html",
            "https://zh.lib.example/",
        )
    }</header>
    <aside class="VPSidebar"><!--nav-->{
        _list(
            "/guide/introduction.html",
            "/guide/quick-start.html",
            "/guide/essentials/app.html",
            "/guide/essentials/list.html",
            "/guide/extras/rendering.html",
            "/api/",
        )
    }<!--/nav-->
    </aside></body></html>""",
    ("/guide/quick-start.html", "/guide/essentials/list", "/guide/new"),
    ("/sponsor/", "/partners/", "/zh/guide/introduction.html", "/"),
)

VITEPRESS_ROOT = Skeleton(
    "VitePress at the root with translations",
    "https://lib.example/",
    f"""<html><body><header>{_list("/", "/guide/start", "/reference/config", "/zh/", "/ja/", "/pt/", "/fr/")}</header>
    <main>{_list("/guide/start", "/guide/what", "/go/setup")}</main></body></html>""",
    ("/guide/start", "/reference/config", "/go/setup", "/guide/fr/page"),
    ("/zh/", "/zh/guide/start", "/ja/reference/config", "/pt/x"),
)

GITBOOK = Skeleton(
    "GitBook-like: the whole host is documentation, in many sections",
    "https://docs.product.example/getting-started/quickstart",
    f"""<html><body><nav class="sidebar"><!--nav-->{
        _list(
            "/",
            "/getting-started/quickstart",
            "/getting-started/concepts",
            "/integrations/slack",
            "/integrations/github",
            "/integrations/linear",
            "/api-reference/auth",
            "/api-reference/pages",
            "/changelog",
            "/account/billing",
        )
    }<!--/nav--></nav>
    {
        _list("/v/2.0/getting-started/quickstart", "/v/1.0/", "https://www.product.example/pricing")
    }</body></html>""",
    ("/", "/integrations/slack", "/account/billing", "/api-reference/pages"),
    ("/v/2.0/getting-started/quickstart", "/v/1.0/", "https://www.product.example/pricing"),
)

MDBOOK = Skeleton(
    "mdBook beside other books",
    "https://doc.lang.example/book/ch01-02-hello.html",
    f"""<html><body><nav id="sidebar"><!--nav--><ol class="chapter">{
        _list(
            "title-page.html",
            "foreword.html",
            "ch00-00-introduction.html",
            "ch01-00.html",
            "ch01-01.html",
            "ch01-02-hello.html",
            "ch02-00.html",
        )
    }</ol><!--/nav-->
    </nav><a href="print.html">Print</a><main><a href="../std/index.html">std</a></main></body></html>""",
    ("/book/ch02-00.html", "/book/appendix.html", "/book/"),
    ("/std/index.html", "/reference/", "/"),
)

PLAIN = Skeleton(
    "plain pages in a person's directory",
    "https://www.school.example/~ada/manual/",
    f"""<html><body><h1>Manual</h1>{_list("one.html", "two.html", "three.html", "../", "/index.html", "manual.pdf")}
    </body></html>""",
    ("/~ada/manual/one.html", "/~ada/manual/deep/er.html"),
    ("/~ada/", "/~bob/manual/", "/", "/~ada/manual/manual.pdf"),
)

VERSION_LIST = Skeleton(
    "a page that only lists versions",
    "https://docs.db.example/docs/",
    f"""<html><body>{_list("/docs/17/", "/docs/16/", "/docs/15/", "/docs/current/", "/about/")}</body></html>""",
    ("/docs/17/", "/docs/16/sql.html", "/docs/current/index.html"),
    ("/about/",),
)

CURRENT = Skeleton(
    "a manual in a version directory of its own",
    "https://www.db.example/docs/current/sql-select.html",
    f"""<html><body>{_list("/docs/17/sql-select.html", "/docs/16/sql-select.html", "/about/", "/download/")}
    <a href="sql.html">up</a><a href="index.html">home</a><a href="sql-savepoint.html">prev</a></body></html>""",
    ("/docs/current/", "/docs/current/sql.html", "/docs/current/app-psql.html"),
    ("/docs/17/sql-select.html", "/docs/", "/about/"),
)

PRODUCTS = Skeleton(
    "several products below one docs root",
    "https://cloud.example/docs/storage/intro",
    f"""<html><body><nav class="sidebar"><!--nav-->{_list("/docs", *(f"/docs/storage/page-{n}" for n in range(12)))}<!--/nav-->
    </nav>{_list("/docs/compute/intro", "/pricing")}</body></html>""",
    ("/docs/storage/page-3", "/docs/storage/new"),
    ("/docs/compute/intro", "/pricing", "/docs/"),
)

ONE_CHAPTER_OF_MANY = Skeleton(
    "a docs root whose sidebar shows it all",
    "https://app.example/docs/guides/auth/setup/",
    f"""<html><body><header>{_list(*(f"/marketing-{n}" for n in range(40)))}</header><nav class="sidebar"><!--nav-->
    {_list("/docs/introduction/", *(f"/docs/guides/g{n}/" for n in range(10)), *(f"/docs/api/a{n}/" for n in range(8)))}
    <!--/nav--></nav></body></html>""",
    ("/docs/introduction/", "/docs/api/a3/", "/docs/guides/auth/other/"),
    ("/marketing-3", "/"),
)

VERSION_AS_CHAPTER = Skeleton(
    "an API version that is a chapter",
    "https://app.example/docs/overview",
    f"""<html><body><nav class="sidebar"><!--nav-->{
        _list(
            "/docs/overview",
            "/docs/auth",
            "/docs/errors",
            "/docs/v2/users",
            "/docs/v2/teams",
            "/docs/v2/files",
            "/docs/v1/legacy",
        )
    }<!--/nav--></nav></body></html>""",
    ("/docs/v2/users", "/docs/v2/other", "/docs/auth"),
    ("/docs/v1/legacy",),
)

PRODUCT_IN_A_LANGUAGE = Skeleton(
    "a product's docs in a language, below one docs root",
    "https://app.example/docs/product/en/intro",
    f"""<html><body><nav class="sidebar"><!--nav-->{
        _list(
            "/docs/product/en/intro",
            "/docs/product/en/a",
            "/docs/product/en/b",
            "/docs/other/start",
            "/docs/welcome",
        )
    }<!--/nav--></nav>{_list("/docs/product/fr/intro")}</body></html>""",
    ("/docs/product/en/c", "/docs/other/start", "/docs/other/fr/page", "/docs/welcome"),
    ("/docs/product/fr/intro", "/docs/product/pt-br/a", "/"),
)

SKELETONS = (
    SPHINX_RTD, SPHINX_PLAIN, MKDOCS, MKDOCS_ROOT, DOCUSAURUS, DOCUSAURUS_FR, VITEPRESS, VITEPRESS_ROOT, GITBOOK,
    MDBOOK, PLAIN, VERSION_LIST, CURRENT, PRODUCTS, ONE_CHAPTER_OF_MANY, VERSION_AS_CHAPTER, PRODUCT_IN_A_LANGUAGE,
)  # fmt: skip
