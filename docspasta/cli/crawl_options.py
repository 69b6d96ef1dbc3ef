"""The options of `docspasta crawl` in groups, with their help. What several commands share: options.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from docspasta.cli.options import FileLinks, Json

if TYPE_CHECKING:
    from docspasta.cli.taking import Taking
    from docspasta.v1.webhooks_pb2 import WebhookSettings

SCOPE = "Scope"
POLITENESS = "Politeness"
CONTENT = "Page content"
RESULT = "Output"

Url = Annotated[str, typer.Argument(metavar="URL", help="Where to start, or a site of docspasta.toml.")]

MaxPages = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Stop after N pages. [default: 10,000]", rich_help_panel=SCOPE),
]
MaxDepth = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="Follow at most N links from the start page.", rich_help_panel=SCOPE
    ),
]
Include = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB", help="Only crawl paths that match, like '/guide/**'.", rich_help_panel=SCOPE
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(metavar="GLOB", help="Exclude matching paths (wins over --include).", rich_help_panel=SCOPE),
]
AllowHosts = Annotated[
    list[str] | None, typer.Option(metavar="HOST", help="Also crawl this host.", rich_help_panel=SCOPE)
]
AllPages = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Keep print pages, indexes, search pages, source listings, blogs and repeated lines too.",
        rich_help_panel=SCOPE,
    ),
]
NoSitemaps = Annotated[bool, typer.Option("--no-sitemaps", help="Only follow links.", rich_help_panel=SCOPE)]
HashRoutes = Annotated[
    bool,
    typer.Option(
        "--hash-routes",
        help="Treat '#/guide' as a page of its own, drawn by a browser.",
        rich_help_panel=SCOPE,
    ),
]
TrustLastmod = Annotated[
    bool,
    typer.Option(
        "--trust-lastmod",
        help="Don't fetch pages again whose lastmod in the sitemap is unchanged since the last crawl.",
        rich_help_panel=SCOPE,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Read the start page and list the links that a crawl would follow.",
        rich_help_panel=SCOPE,
    ),
]
Fresh = Annotated[
    bool,
    typer.Option(
        "--fresh",
        help="Fetch and convert every page, even if it is unchanged since the last crawl.",
        rich_help_panel=POLITENESS,
    ),
]
Sample = Annotated[
    bool, typer.Option("--sample", help="Crawl the bundled sample site.", rich_help_panel=SCOPE)
]

Delay = Annotated[
    float | None,
    typer.Option(
        min=0, metavar="S", help="Seconds between requests. [default: 0.2]", rich_help_panel=POLITENESS
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Requests at once. [default: 2]", rich_help_panel=POLITENESS),
]
Headers = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'N: V'",
        help="Request header; sent to the start URL's origin only.",
        rich_help_panel=POLITENESS,
    ),
]
IgnoreRobots = Annotated[
    bool,
    typer.Option(
        "--ignore-robots", help="Ignore robots.txt; for your own sites.", rich_help_panel=POLITENESS
    ),
]

IncludeSelectors = Annotated[
    list[str] | None,
    typer.Option(metavar="CSS", help="Only convert what matches.", rich_help_panel=CONTENT),
]
ExcludeSelectors = Annotated[
    list[str] | None, typer.Option(metavar="CSS", help="Leave out what matches.", rich_help_panel=CONTENT)
]
MarkdownTwins = Annotated[
    Literal["never", "auto", "prefer"] | None,
    typer.Option(
        help="When to read a site's own Markdown of a page instead of its HTML. [default: auto, when "
        "the page is empty without a browser]",
        rich_help_panel=CONTENT,
    ),
]
Render = Annotated[
    Literal["never", "auto", "always"] | None,
    typer.Option(
        help="When to draw pages in a browser, if a Chromium is installed. [default: auto, when a page is "
        "empty without one]",
        rich_help_panel=CONTENT,
    ),
]

Output = Annotated[
    str,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE|DIR/|-",
        help="A file, a directory for one file per page, or - for stdout. [default: named after the site]",
        rich_help_panel=RESULT,
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(metavar="GLOB", help="Write only the crawled pages that match.", rich_help_panel=RESULT),
]
MaxTokens = Annotated[
    str,
    typer.Option(metavar="N", help="Write as much as fits into N tokens, like 100k.", rich_help_panel=RESULT),
]
Split = Annotated[
    str,
    typer.Option(metavar="N", help="Write parts of at most N tokens, like 100k.", rich_help_panel=RESULT),
]
Contents = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=6,
        metavar="N",
        help="Levels of the table of contents; 0 leaves it out. [default: all]",
        rich_help_panel=RESULT,
    ),
]
NoLinks = Annotated[
    bool,
    typer.Option("--no-links", help="Keep the text of links, drop their addresses.", rich_help_panel=RESULT),
]
MaxFailures = Annotated[
    float,
    typer.Option(
        min=0,
        max=100,
        metavar="PERCENT",
        help="Exit with 3 when more pages failed. Dead links don't count. [default: 10]",
        show_default=False,
        rich_help_panel=RESULT,
    ),
]
Quiet = Annotated[
    bool, typer.Option("-q", "--quiet", help="No progress, no summary.", rich_help_panel=RESULT)
]
Webhook = Annotated[
    str,
    typer.Option(
        metavar="URL", help="Notify this address when the crawl starts and ends.", rich_help_panel=RESULT
    ),
]
WebhookSecret = Annotated[
    str,
    typer.Option(
        envvar="DOCSPASTA_WEBHOOK_SECRET",
        metavar="whsec_…",
        help="Signs what --webhook sends. [default: a new one, shown once]",
        rich_help_panel=RESULT,
    ),
]


@dataclass(frozen=True)
class ResultOptions:
    """What is written, and where."""

    output: Output = ""
    select: Select = None
    max_tokens: MaxTokens = ""
    split: Split = ""
    no_links: NoLinks = False
    links: FileLinks = "relative"
    contents: Contents = None
    max_failures: MaxFailures = 10.0
    quiet: Quiet = False
    webhook: Webhook = ""
    webhook_secret: WebhookSecret = ""
    json_lines: Json = False

    def told(self) -> WebhookSettings | None:
        """Who is told of the job."""
        from docspasta.cli.telling import webhook_of

        return webhook_of(self.webhook, self.webhook_secret)

    def taking(self) -> Taking:
        """Which part of the document is written."""
        from docspasta.cli.taking import Taking

        return Taking(self.select or (), self.max_tokens, self.split, not self.no_links, self.contents)


@dataclass(frozen=True)
class SiteOptions:
    """Which pages of a site are crawled."""

    max_pages: MaxPages = None
    max_depth: MaxDepth = None
    include: Include = None
    exclude: Exclude = None
    allow_host: AllowHosts = None
    all_pages: AllPages = False
    no_sitemaps: NoSitemaps = False
    hash_routes: HashRoutes = False
    trust_lastmod: TrustLastmod = False

    def settings(self) -> dict[str, Any]:
        """The settings of a job that these are."""
        return {
            "max_pages": self.max_pages,
            "max_depth": self.max_depth,
            "include": self.include or [],
            "exclude": self.exclude or [],
            "allow_hosts": self.allow_host or [],
            "use_sitemaps": False if self.no_sitemaps else None,
            "all_pages": self.all_pages or None,
            "hash_routes": self.hash_routes or None,
            "trust_lastmod": self.trust_lastmod or None,
        }


@dataclass(frozen=True)
class ScopeOptions(SiteOptions):
    """What one command crawls."""

    dry_run: DryRun = False
    sample: Sample = False


@dataclass(frozen=True)
class PaceOptions:
    """How often the site is asked, and for what."""

    delay: Delay = None
    concurrency: Concurrency = None
    ignore_robots: IgnoreRobots = False

    def settings(self) -> dict[str, Any]:
        """The settings of a job that these are."""
        return {
            "delay": self.delay,
            "concurrency": self.concurrency,
            "respect_robots": False if self.ignore_robots else None,
        }


@dataclass(frozen=True)
class PolitenessOptions(PaceOptions):
    """How the site is asked."""

    header: Headers = None
    fresh: Fresh = False


@dataclass(frozen=True)
class ContentOptions:
    """What is kept of a page."""

    include_selector: IncludeSelectors = None
    exclude_selector: ExcludeSelectors = None
    markdown_twins: MarkdownTwins = None
    render: Render = None

    def settings(self) -> dict[str, Any]:
        """The settings of a job that these are."""
        return {
            "include_selectors": self.include_selector or [],
            "exclude_selectors": self.exclude_selector or [],
            "markdown_twins": self.markdown_twins,
            "render": self.render,
        }
