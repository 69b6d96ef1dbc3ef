"""URLs by WHATWG rules (ada-url): parse, join, key, spellings of one address. Pure; no I/O.

A URL is parsed once; afterwards only its canonical text (`href` without fragment) is used. The functions
below `canonical` take canonical URLs only and split their text, which cannot be misread: it has no
credentials, always a path, and no fragment but the route of a page that only its script tells from others
(`#/guide`), where a job asks for those. What may be crawled is docspasta.scope's business.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache

import ada_url

MAX_URL_BYTES = 2048
SCHEMES = ("https://", "http://")

# Parameters that only tell the site where a reader came from, or what to highlight. Never a page's own.
TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id "
    "mkt_tok mc_cid mc_eid vero_id vero_conv _ga _gl _gac _hsenc _hsmi __hssc __hstc __hsfp hsctatracking "
    "oly_anon_id oly_enc_id rb_clickid s_cid wickedid srsltid epik _openstat highlight".split()
)
TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_")
# Parameters that name a visit, not a page. `sid` and the like name a section or a story as well: only a value
# that no person would number pages with is a visit's.
SESSION = frozenset(
    "phpsessid jsessionid aspsessionid aspxautodetectcookiesupport sessionid oscsid cfid cftoken "
    "zenid".split()
)
MAYBE_SESSION = frozenset("sid session session_id".split())
SESSION_VALUE = re.compile(r"^(?=.*\d)[\w%~.-]{12,}$")

INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|xhtml|php|aspx?|jsp)$", re.I)
LABEL = re.compile(r"^(?!xn--$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$")
PATH_SESSION = re.compile(
    r";(?:jsessionid|sid|phpsessid)=[^/?;]*|/\([A-Z]\([A-Za-z0-9_-]{12,}\)\)(?=/)", re.I
)
HEX_SESSION = re.compile(r"^[0-9a-f]{32}$", re.I)
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# A path may hold these as they are or escaped; servers see no difference. RFC 3986 escapes brackets.
PATH_MARKS = UNRESERVED | frozenset("!$'()*,:@")
PATH_ESCAPED = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "[]|^"})
UNUSUAL = re.compile(r"[%\[\]|^]")
ROUTE = re.compile(r"!?/[^#]+")  # a fragment that names a page to a script; `#/` is the page itself


class BadUrl(ValueError):
    """A URL that Docspasta does not take; the message is a sentence for people."""


def canonical(text: str, base: str | None = None, *, routes: bool = False) -> str:
    """The canonical absolute http(s) URL of `text` (joined to `base`), without fragment or tracking; with
    `routes` it keeps a fragment that is a route.

    Raises BadUrl: malformed, not http(s), with credentials, a host name that DNS cannot hold, or longer
    than 2,048 bytes.
    """
    if len(text) > 4 * MAX_URL_BYTES:
        raise BadUrl(f"the URL is longer than {MAX_URL_BYTES} bytes")
    try:
        href = str(ada_url.join_url(base, text) if base else ada_url.normalize_url(text))
    except ValueError as error:
        raise BadUrl(f"{text[:200]!r} is not a URL; write it like https://docs.example.org/") from error
    if not href.startswith(SCHEMES):
        raise BadUrl(f"{href.partition(':')[0][:50]!r} URLs are not crawled; use http or https")
    authority = href.split("/", 3)[2]
    if "@" in authority:
        raise BadUrl("a URL with a user name or password is not taken; send credentials as headers")
    if _check_authority(authority):
        href = href.replace(authority, _check_authority(authority), 1)
    route = ""
    if "#" in href:
        href, _, fragment = href.partition("#")
        route = split_route(fragment)[0] if routes else ""
    if "?" in href:
        path, _, query = href.partition("?")
        query = _without(query, _is_tracking)
        href = f"{path}?{query}" if query else path
    if UNUSUAL.search(href, len(href.split("/", 3)[0]) + len(authority) + 2):
        href = _plainly_escaped(href)
    href += route
    if len(href) > MAX_URL_BYTES:
        raise BadUrl(f"the URL is longer than {MAX_URL_BYTES} bytes")
    return href


def split_route(fragment: str) -> tuple[str, str]:
    """What a fragment says: (`#/guide` or '', the place in that page). `/guide#install` is `#/guide`,
    `install`."""
    found = ROUTE.match(fragment)
    return (f"#{found[0]}", fragment[found.end() + 1 :]) if found is not None else ("", fragment)


@lru_cache(maxsize=16384)
def _check_authority(authority: str) -> str:
    """What to write in a parsed `host[:port]`'s place, '' when it is canonical: without the final dot of DNS.

    Raises BadUrl for a host that DNS cannot hold or that another parser might read differently (RFC 1123,
    UTS 46).
    """
    if authority.startswith("["):
        return ""
    name, colon, port = authority.partition(":")
    bare = name[:-1] if name.endswith(".") else name
    if len(bare) > 253 or not all(LABEL.match(label) for label in bare.split(".")):
        raise BadUrl(f"{name[:100]!r} is not a host name")
    return bare + colon + port if bare != name else ""


def _plainly_escaped(href: str) -> str:
    """The URL with each character of its path written in one way: `/[a]%7e` is `/%5Ba%5D~`."""
    start = len("/".join(href.split("/", 3)[:3]))
    path, mark, query = href[start:].partition("?")
    path = ESCAPE.sub(_plain_in_path, path).translate(PATH_ESCAPED)
    return href[:start] + path + mark + query


def _plain_in_path(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in PATH_MARKS else escape[0].upper()


def _is_tracking(name: str, _: str) -> bool:
    return name in TRACKING or name.startswith(TRACKING_PREFIXES)


def _is_session(name: str, value: str) -> bool:
    if name == "s":  # also a search, or a section
        return HEX_SESSION.match(value) is not None
    return name in SESSION or (name in MAYBE_SESSION and SESSION_VALUE.match(value) is not None)


def _without(query: str, drop: Callable[[str, str], bool]) -> str:
    """The query less the parameters to whose lower-case name and value `drop` says yes; the rest byte for
    byte."""
    parameters = ((p, *p.partition("=")[::2]) for p in query.split("&") if p)
    return "&".join(p for p, name, value in parameters if not drop(name.lower(), value))


def url_key(url: str) -> str:
    """32 hex digits that name a canonical URL inside a job (BLAKE2b-128).

    Spellings that no honest site tells apart share a key: the order of differently named parameters,
    session ids, and in the query escapes that RFC 3986 (6.2.2) calls equivalent.
    """
    return hashlib.blake2b(_key_text(url).encode(), digest_size=16).hexdigest()


def _key_text(url: str) -> str:
    if "%" in url:
        url = ESCAPE.sub(_plain, url)
    if ";" in url or "/(" in url:
        url = PATH_SESSION.sub("", url)
    path, mark, query = url.partition("?")
    if mark:
        kept = _without(query, _is_session).split("&")
        kept.sort(key=lambda parameter: parameter.partition("=")[0])
        url = "?".join(filter(None, (path, "&".join(kept))))
    return url


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in UNRESERVED else escape[0].upper()


@lru_cache(maxsize=65536)
def host(url: str) -> str:
    """`host[:port]` of a canonical URL, as the frontier and the pace know it."""
    return url.split("/", 3)[2]


def hostname(url: str) -> str:
    """The host without its port; an IPv6 address without its brackets."""
    name = host(url)
    return name[1 : name.index("]")] if name.startswith("[") else name.partition(":")[0]


def port(url: str) -> int:
    """The port that a fetch of this URL connects to."""
    explicit = host(url).rpartition("]")[2].rpartition(":")[2] if ":" in host(url) else ""
    return int(explicit) if explicit.isdigit() else 443 if url.startswith("https:") else 80


def origin(url: str) -> str:
    """`scheme://host[:port]` of a canonical URL (RFC 6454)."""
    return "/".join(url.split("/", 3)[:3])


def addressed(url: str) -> str:
    """What a server is asked for: the URL without its route."""
    return url.partition("#")[0]


def route(url: str) -> str:
    """The route of a canonical URL as a path, `/guide` of `https://site/#!/guide`; '' for none."""
    return url.partition("#")[2].removeprefix("!")


def path_and_query(url: str) -> str:
    """`/path?query` of a canonical URL, and its route: `/path?query#/route`."""
    return "/" + url.split("/", 3)[3]


def path(url: str) -> str:
    """The path of a canonical URL, with its leading slash."""
    return addressed(path_and_query(url)).partition("?")[0]


def query(url: str) -> str:
    """The query of a canonical URL without its `?`, '' for none."""
    return addressed(url).partition("?")[2]


def without_query(url: str) -> str:
    """The URL without its query, and without that of its route."""
    before, mark, behind = url.partition("#")
    return before.partition("?")[0] + mark + behind.partition("?")[0]


def directory(text: str) -> str:
    """A path up to and with its last slash: `/docs/a.html` is in `/docs/`."""
    return text[: text.rindex("/") + 1]


def suffix(text: str) -> str:
    """The lower-case file suffix of a path's last segment, without the dot; '' for none."""
    name = text[text.rindex("/") + 1 :]
    stem, _, found = name.rpartition(".")
    return found.lower() if stem else ""
