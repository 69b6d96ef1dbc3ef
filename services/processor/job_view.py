"""A job as the processor sees it: its settings, its scope and what it remembers of its pages. No I/O."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace

from docspasta.content import Options, Page
from docspasta.content.docsify import DOCSIFY
from docspasta.domain import JobSettings
from docspasta.lastmod import pairs
from docspasta.pushes.delivery import MARKDOWN
from docspasta.queues.messages import Fetched
from docspasta.scope import Scope, ScopeSettings, decide
from docspasta.scope.listed import decide_listed
from docspasta.store.results import FoundUrl
from docspasta.turns import at_once
from docspasta.urls import url_key, without_query

from .doubts import Doubts
from .repeats import Repeats
from .terms import terms_of

UNJUDGED = (
    "{:,} links are left out: the job's globs and regular expressions take too long to judge them; "
    "write simpler ones"
)
STEP = 500  # addresses that are asked for at once
MOST_LASTMODS = 50_000  # that are remembered; what else a sitemap lists is asked for
REMEMBERED = 1024 * 1024  # characters of addresses whose answers are kept from batch to batch


@dataclass(slots=True)
class JobView:
    """`scope` is None until the first real page decided it; `admitted` remembers the scope's answers,
    `unjudged` the addresses that it could not be asked about: the user's own patterns took too long.
    `doubts`: which of its pages are fetched whole to see whether they are as unchanged as their site says.
    `trusts_lastmod`: a page is not asked for whose lastmod is what it was. `recalls`: what came of
    unchanged pages may be taken from what is remembered; `recalled` are links of those."""

    url: str
    settings: JobSettings
    scope: Scope | None
    keep_raw: bool
    admitted: dict[str, FoundUrl | None] = field(default_factory=dict)
    repeats: Repeats = field(default_factory=Repeats)
    unjudged: set[str] = field(default_factory=set)
    characters: int = 0  # of the addresses in `admitted`
    doubts: Doubts = field(default_factory=Doubts)
    lastmods: dict[str, str] = field(default_factory=dict)  # as its sitemaps say, by url_key
    trusts_lastmod: bool = False
    recalls: bool = True
    recalled: dict[str, FoundUrl] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str, settings: JobSettings, scope: str | None, keep_raw: bool) -> JobView:
        """From the rules that the store has of the job; `scope` is JSON."""
        return cls(url, settings, Scope.from_json(scope) if scope else None, keep_raw)

    @property
    def options(self) -> Options:
        """How the job's pages are converted."""
        return Options(
            include_selectors=self.settings.include_selectors,
            exclude_selectors=self.settings.exclude_selectors,
            html=self.settings.keep_html,
            hash_routes=self.settings.hash_routes,
            docsify=self.scope.docsify if self.scope is not None else "",
        )

    def options_of(self, fetched: Fetched) -> Options:
        """How this page is converted. What was pushed as Markdown is that, whatever its address says."""
        is_text = self.settings.push and fetched.content_type in MARKDOWN
        options = self._options_at(fetched.url)
        return replace(options, is_text=True) if is_text else options

    def terms_of(self, url: str) -> bytes:
        """See `terms.terms_of`, for a page that is fetched."""
        return terms_of(url, self._options_at(url))

    def _options_at(self, url: str) -> Options:
        """How the page at an address is converted, whatever it was sent as."""
        return replace(self.options, named=True) if self._is_named(url) else self.options

    def _is_named(self, url: str) -> bool:
        """Whether somebody asked for this very page: it is where the crawl starts, or one of a list."""
        if self.settings.push:
            return False
        if self.settings.urls or self.scope is None:
            return True
        return url_key(url) in self.scope.start_keys

    def decide(self, page: Page) -> None:
        """Let the first real page decide the scope. Pushed pages come in any order: it is that of the address
        that was asked for."""
        if self.settings.push:
            self.scope = decide(self.url, self.url, (), (), self._asked())
            return
        links = [link.url for link in page.links]
        drawn = "md" if page.generator == DOCSIFY else ""  # its pages are the files that its script draws
        self.scope = decide(self.url, page.url, page.navigation, links, self._asked(), drawn, page.docsify)

    def decide_listed(self, pages: Sequence[str], *, whole: bool) -> None:
        """Let the list that the job was started with decide the scope; one of several if not `whole`."""
        self.scope = decide_listed(self.url, pages, self._asked(), whole=whole)

    def _asked(self) -> ScopeSettings:
        asked = self.settings
        return ScopeSettings(
            asked.include,
            asked.exclude,
            asked.allow_hosts,
            all_pages=asked.all_pages,
            include_regex=asked.include_regex,
            exclude_regex=asked.exclude_regex,
            regex_on_url=asked.regex_on_url,
        )

    def admit(self, url: str) -> FoundUrl | None:
        """`url` as a link one step away, None when it is out of scope. A page that only repeats others is
        remembered as left out."""
        if url not in self.admitted:
            self.note(url, self.scope.refuses(url) if self.scope is not None else "host")
        return self.admitted[url]

    def links(self, urls: Iterable[str]) -> tuple[FoundUrl, ...]:
        """Those of a page's links that are to be crawled: as `within`, but none where lists alone count."""
        return () if self.settings.sitemap_only else self.within(urls)

    def note(self, url: str, refused: str) -> None:
        """Remember why the scope refuses `url`, '' when it does not."""
        noise = refused == "noise"
        page = without_query(url) if self.settings.ignore_query else url
        found = FoundUrl(page, url_key(page), left_out=noise) if noise or not refused else None
        self.admitted[url] = found
        self.characters += len(url)

    def left_unjudged(self, urls: Iterable[str]) -> str:
        """What is to be said of those addresses that nobody could judge, '' when there are none."""
        count = sum(url in self.unjudged for url in urls) if self.unjudged else 0
        return UNJUDGED.format(count) if count else ""

    def noting_lastmods(
        self, pages: Sequence[str], lastmods: Sequence[str]
    ) -> Generator[None, None, list[str]]:
        """Remember what a sitemap says of these pages, as far as there is room, in steps; their keys."""
        keys = []
        for at, (page, lastmod) in enumerate(pairs(pages, lastmods).items()):
            if at % STEP == 0:
                yield
            if len(self.lastmods) < MOST_LASTMODS:
                keys.append(url_key(page))
                self.lastmods[keys[-1]] = lastmod
        return keys

    def is_spared(self, key: str, lastmod: str) -> bool:
        """Whether a page need not be asked for, of which this lastmod is kept."""
        return self.trusts_lastmod and bool(lastmod) and self.lastmods.get(key) == lastmod

    def forget(self) -> None:
        """Drop the scope's answers when they take much memory: a site can name addresses without end."""
        if self.characters > REMEMBERED:
            self.admitted.clear()
            self.recalled.clear()
            self.unjudged.clear()
            self.characters = 0

    def within(self, urls: Iterable[str]) -> tuple[FoundUrl, ...]:
        """The URLs that the scope admits or leaves out, each once, in their order; none in a job of single
        pages."""
        return at_once(self.finding(urls))

    def finding(self, urls: Iterable[str]) -> Generator[None, None, tuple[FoundUrl, ...]]:
        """As `within`, in steps (docspasta.turns)."""
        found: list[FoundUrl] = []
        for number, url in enumerate(dict.fromkeys(() if self.settings.urls else urls)):
            if number % STEP == STEP - 1:
                yield
            if (row := self.admit(url)) is not None:
                found.append(row)
        return tuple(found)
