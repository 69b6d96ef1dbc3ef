"""The options of `docspasta crawl`, each with its name and help. What several commands share: options.py."""

from __future__ import annotations

from typing import Annotated

import typer

Url = Annotated[str, typer.Argument(metavar="[URL]", help="Where the documentation starts.")]
Output = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE|DIR/|-", help="Default: named after host and path.")
]
MaxPages = Annotated[int | None, typer.Option(min=1, metavar="N", help="Default: 10,000.")]
MaxDepth = Annotated[int | None, typer.Option(min=0, metavar="N", help="Links from the start page.")]
Include = Annotated[list[str] | None, typer.Option(metavar="GLOB", help="Only paths that match.")]
Exclude = Annotated[list[str] | None, typer.Option(metavar="GLOB", help="No paths that match; wins.")]
Delay = Annotated[float | None, typer.Option(min=0, metavar="S", help="Seconds between requests.")]
Concurrency = Annotated[int | None, typer.Option(min=1, metavar="N", help="Requests at once.")]
Headers = Annotated[
    list[str] | None, typer.Option(metavar="'N: V'", help="Sent to the start URL's origin only.")
]
IncludeSelectors = Annotated[
    list[str] | None, typer.Option(metavar="CSS", help="Only what matches is converted.")
]
ExcludeSelectors = Annotated[list[str] | None, typer.Option(metavar="CSS", help="What matches is left out.")]
AllowHosts = Annotated[
    list[str] | None, typer.Option(metavar="HOST", help="A further host whose pages belong to it.")
]
IgnoreRobots = Annotated[
    bool, typer.Option("--ignore-robots", help="Do not ask robots.txt; for sites of your own.")
]
AllPages = Annotated[
    bool, typer.Option("--all", help="Print pages, indexes, search pages, source listings and blogs, too.")
]
NoSitemaps = Annotated[bool, typer.Option("--no-sitemaps", help="Follow links only.")]
MaxFailures = Annotated[
    float, typer.Option(min=0, max=100, metavar="PCT", help="More failed pages: exit status 3.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read the start page only.")]
Sample = Annotated[bool, typer.Option("--sample", help="Crawl the small site that ships with it.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no summary.")]
