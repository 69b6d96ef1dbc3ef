"""Which addresses belong to the documentation that a job was started in. Pure.

    scope = decide(start_url, final_url, navigation, links, settings)
    scope.refuses(url)

The scope is decided once, from the first real page, and stored with the job (`to_json`, `from_json`). By
default it is the same host (www and apex are one) and the section that the page's path and navigation
show. `section` finds that section, `versions` the other versions inside it; `traps` knows the addresses that
never end, `noise` those that only repeat what other pages say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from .. import globs
from ..patterns import found_in
from ..urls import BadUrl, canonical, host, path, suffix, url_key
from . import section
from .noise import noise
from .section import Pin
from .traps import trap

# What is never a page of documentation, by its suffix. `.js`, `.net` and the like are parts of names.
NOT_PAGES = frozenset(
    "7z bz2 gz tgz xz zst rar tar zip jar war whl egg deb rpm apk dmg iso img exe msi bin pkg crx vsix "
    "pdf ps eps epub mobi azw3 doc docx odt ods odp xls xlsx ppt pptx rtf tex bib csv tsv txt "
    "png jpg jpeg gif webp avif svg svgz ico bmp tif tiff psd ai heic drawio "
    "mp3 mp4 m4a m4v ogg ogv oga wav flac webm avi mov mkv swf wasm ttf otf woff woff2 eot "
    "css jsonl xsd xsl xslt rss atom rdf inv ics sqlite "
    "md mdx rst adoc asciidoc markdown ipynb patch diff asc sig pem sha256 sha512 md5".split()
)
# The same, unless the name has more dots: `system.text.json` is a page about a library.
NOT_PAGES_ALONE = frozenset(("xml", "sql", "db"))
# Pages about such a file, or about a name of a language, are called so, too: `tsconfig.json`, `array.map`.
# Where pages have no suffix, they are asked for, and the answer's type decides.
PERHAPS_PAGES = frozenset("json yaml yml toml ini cfg conf log map".split())


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """What the person asked for. Globs as docspasta.globs; `allow_hosts` are `host[:port]`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    all_pages: bool = False  # those that repeat or list others, too
    include_regex: tuple[str, ...] = ()  # as docspasta.patterns
    exclude_regex: tuple[str, ...] = ()
    regex_on_url: bool = False  # held against the whole URL, not its path


@dataclass(frozen=True, slots=True)
class Scope:
    """The decision. `root` is the section's path prefix, ending in a slash."""

    host: str  # host[:port] without www
    root: str
    start_keys: tuple[str, ...]  # url_key of the start page and what it redirected to: always admitted
    start_suffix: str = ""  # the start page's own suffix is one that pages have here
    pins: tuple[Pin, ...] = ()  # other versions and translations below the root
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    all_pages: bool = False
    kept: str = ""  # the kind of docspasta.scope.noise in which the job was started
    include_regex: tuple[str, ...] = ()
    exclude_regex: tuple[str, ...] = ()
    regex_on_url: bool = False
    docsify: str = ""  # the root that links in files are joined to which Docsify draws

    def refuses(self, url: str) -> str:
        """Why a canonical URL may not become a page of the job: host, suffix, trap, excluded, not_included,
        section, version or noise; '' if it may."""
        if url_key(url) in self.start_keys:
            return ""
        own = apex(host(url)) == self.host
        if not own and apex(host(url)) not in self.allow_hosts:
            return "host"
        if is_file(path(url), self.start_suffix):
            return "suffix"
        if trap(url):
            return "trap"
        if any(globs.matches(pattern, url) for pattern in self.exclude):
            return "excluded"
        if self._matches_one(self.exclude_regex, url):
            return "excluded"
        if self.include_regex and not self._matches_one(self.include_regex, url):
            return "not_included"
        return self._outside(url, own) or ("noise" if self.noise(url) else "")

    def _matches_one(self, patterns: tuple[str, ...], url: str) -> bool:
        return any(found_in(pattern, url, whole=self.regex_on_url) for pattern in patterns)

    @property
    def has_patterns(self) -> bool:
        """Whether a user's own globs or regular expressions decide."""
        return bool(self.include or self.exclude or self.has_regex)

    @property
    def has_regex(self) -> bool:
        """Whether a user's own regular expressions decide."""
        return bool(self.include_regex or self.exclude_regex)

    def _outside(self, url: str, own: bool) -> str:
        if self.include:
            return "" if any(globs.matches(pattern, url) for pattern in self.include) else "not_included"
        where = path(url)
        if not own:
            return ""
        if not where.startswith(self.root) and where + "/" != self.root:
            return "section"
        return "version" if any(pin.excludes(where) for pin in self.pins) else ""

    def noise(self, url: str) -> str:
        """Which kind of page that repeats others a URL names, '' if none or if such pages are wanted."""
        kind = "" if self.all_pages else noise(path(url), self.root)
        return "" if kind == self.kept else kind

    def to_json(self) -> str:
        """The scope as JSON text, for `crawling_jobs.scope`."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Scope:
        """Reads `to_json`'s text; a field that it lacks takes its default."""
        stored = json.loads(text)
        known = {field.name for field in fields(Scope)} & stored.keys() - {"pins"}
        pins = tuple(Pin(**_tuples(pin)) for pin in stored.get("pins", ()))
        return Scope(**_tuples({name: stored[name] for name in known}), pins=pins)


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}


def is_file(where: str, of_pages: str = "") -> bool:
    """Whether a path's suffix says that it is no page: an archive, an image, data. `of_pages`: the suffix
    that the site's pages have."""
    ending = suffix(where)
    if not ending or ending == of_pages:
        return False
    if ending in NOT_PAGES:
        return True
    alone = where[where.rindex("/") :].count(".") == 1
    return alone and (ending in NOT_PAGES_ALONE or (bool(of_pages) and ending in PERHAPS_PAGES))


def apex(name: str) -> str:
    """`host[:port]` without a leading `www.`: a site's www and apex hosts are one for the scope."""
    return name.removeprefix("www.")


def allowed_host(name: str) -> str:
    """An `allow_hosts` entry as `host[:port]`. Raises BadUrl when it is anything else."""
    try:
        url = canonical(f"https://{name}")
    except BadUrl as error:
        raise BadUrl(f"{name[:100]!r} is not a host; write it like api.example.org or host:8443") from error
    if path(url) != "/" or "?" in url:
        raise BadUrl(
            f"{name[:100]!r} is not a host alone; write it without a path, and use include for paths"
        )
    return host(url)


def decide(
    start_url: str,
    final_url: str,
    navigation: Iterable[str],
    links: Iterable[str],
    settings: ScopeSettings | None = None,
    page_suffix: str = "",
    docsify: str = "",
) -> Scope:
    """The scope of a job, from its first real page. `page_suffix`: the one that the site's pages have, where
    the first one's address does not say it.

    `final_url` is where the start URL led; `navigation` and `links` are the page's canonical URLs in
    document order. The same facts always give the same scope.
    """
    settings = settings or ScopeSettings()
    home = apex(host(final_url))
    nav_paths = [path(url) for url in navigation if apex(host(url)) == home]
    link_paths = [path(url) for url in links if apex(host(url)) == home]
    found = section.find(host(final_url), path(final_url), nav_paths, link_paths)
    allowed = tuple(sorted({apex(allowed_host(name)) for name in settings.allow_hosts}))
    return Scope(
        host=home,
        root=found.root,
        start_keys=tuple(dict.fromkeys((url_key(start_url), url_key(final_url)))),
        start_suffix=suffix(path(final_url)) or page_suffix,
        pins=found.pins,
        include=settings.include,
        exclude=settings.exclude,
        allow_hosts=allowed,
        all_pages=settings.all_pages,
        kept=noise(path(final_url), found.root),
        include_regex=settings.include_regex,
        exclude_regex=settings.exclude_regex,
        regex_on_url=settings.regex_on_url,
        docsify=docsify,
    )
