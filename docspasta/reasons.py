"""Why a page failed or was skipped: one sentence for people each. Pure; the enum is the proto's."""

from __future__ import annotations

from docspasta.v1.page_pb2 import PageReason

SENTENCES: dict[str, str] = {
    "robots": "The site's robots.txt does not allow this page.",
    "out_of_scope": "The address lies outside these docs.",
    "duplicate": "The same page was already crawled under another address.",
    "redirected": "The address redirects to another page, which was crawled in its place.",
    "not_html": "The answer is not an HTML page.",
    "too_large": "The page is larger than the limit.",
    "needs_javascript": "The page exists only in JavaScript, which is not run.",
    "empty": "The page has no text worth keeping.",
    "http_status": "The server answered with an error status.",
    "dns": "The host name could not be resolved.",
    "tls": "The secure connection could not be established.",
    "timeout": "The server did not answer in time.",
    "connection": "The connection failed or was cut.",
    "forbidden_address": "The address is private or reserved, and is never fetched.",
    "parse_limit": "The page is too deep or too costly to parse.",
    "worker_lost": "The worker that held this page was lost several times.",
    "cancelled": "The job was cancelled before this page's turn.",
    "deadline": "The job's time was over before this page's turn.",
    "redirect_limit": "The address redirects too often.",
    "bad_response": "The server's answer is not valid HTTP or its body is broken.",
    "robots_unreachable": "The site's robots.txt could not be read, so nothing may be fetched for now.",
    "noindex": "The page asks not to be indexed, and the job respects that.",
    "bytes_limit": "The job's limit of fetched bytes was reached.",
    "bad_url": "The address is not one that can be fetched.",
    "internal": "Something went wrong inside Docspasta; the log has the details.",
    "dead_link": "A link leads to this address, but there is no such page.",
    "not_found": "The site says that there is no such page, though with a status that says all is well.",
    "challenge": "The site answered with a check for robots instead of the page.",
    "sign_in": "The site asks to sign in before it shows this page; a header can carry a session.",
    "consent": "The site asks for consent before it shows this page.",
    "maintenance": "The site says that it is down for maintenance.",
    "rate_limited": "The site says that it was asked too often; a longer delay may help.",
    "left_out": "The page repeats others or only lists them; the setting for all pages has it, too.",
    "other_host": "The start page leads to another host.",
}
# What stands before the pages: a job that met one of these does not hold what the site has.
WALLS = frozenset({"challenge", "sign_in", "consent", "maintenance", "rate_limited"})


def reason_name(value: PageReason.ValueType) -> str:
    """The lower snake word of a PageReason, '' for unspecified."""
    return "" if value == 0 else PageReason.Name(value).removeprefix("PAGE_REASON_").lower()


def reason_value(name: str) -> PageReason.ValueType:
    """The PageReason of a lower snake word; '' is unspecified. Raises ValueError for a word it lacks."""
    return PageReason.Value(f"PAGE_REASON_{name.upper() or 'UNSPECIFIED'}")
