"""Why a page failed or was skipped: a closed list, each reason with one sentence for people."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class PageReason(StrEnum):
    """A reason. Its value is the word that the database, REST and metrics use. NONE is the empty word.

    A new reason needs a row here, one in proto/docspasta/v1/page.proto, and a migration that extends the
    CHECK of `crawled_pages.reason`; tests compare the three.
    """

    sentence: str

    def __new__(cls, word: str, sentence: str = "") -> Self:
        reason = str.__new__(cls, word)
        reason._value_ = word
        reason.sentence = sentence
        return reason

    NONE = ""
    ROBOTS = "robots", "The site's robots.txt does not allow this page."
    OUT_OF_SCOPE = "out_of_scope", "The address lies outside these docs."
    DUPLICATE = "duplicate", "The same page was already crawled under another address."
    REDIRECTED = "redirected", "The address redirects to another page."
    NOT_HTML = "not_html", "The answer is not an HTML page."
    TOO_LARGE = "too_large", "The page is larger than the limit."
    NEEDS_JAVASCRIPT = (
        "needs_javascript",
        "This page needs JavaScript, and nothing to read in its place was found.",
    )
    EMPTY = "empty", "No main content was found on this page."
    HTTP_STATUS = "http_status", "The server answered with an error status."
    DNS = "dns", "The host name could not be resolved."
    TLS = "tls", "The secure connection could not be established."
    TIMEOUT = "timeout", "The server did not answer in time."
    CONNECTION = "connection", "The connection failed or was cut."
    FORBIDDEN_ADDRESS = "forbidden_address", "The address is private or reserved, and is never fetched."
    PARSE_LIMIT = "parse_limit", "The page is too deep or too costly to parse."
    WORKER_LOST = "worker_lost", "Processing crashed repeatedly on this page."
    CANCELLED = "cancelled", "The job was cancelled before this page's turn."
    DEADLINE = "deadline", "The job's time was over before this page's turn."
    REDIRECT_LIMIT = "redirect_limit", "The address redirects too often."
    BAD_RESPONSE = "bad_response", "The server's answer is not valid HTTP or its body is broken."
    ROBOTS_UNREACHABLE = (
        "robots_unreachable",
        "The site's robots.txt could not be read, so nothing may be fetched for now.",
    )
    NOINDEX = "noindex", "The page asks not to be indexed, and the job respects that."
    BYTES_LIMIT = "bytes_limit", "The job's limit of fetched bytes was reached."
    BAD_URL = "bad_url", "The address is not one that can be fetched."
    INTERNAL = "internal", "Something went wrong inside Docspasta; the log has the details."
    DEAD_LINK = "dead_link", "A link leads to this address, but there is no such page."
    NOT_FOUND = (
        "not_found",
        "The site says that there is no such page, though with a status that says all is well.",
    )
    CHALLENGE = "challenge", "The site answered with a check for robots instead of the page."
    SIGN_IN = "sign_in", "The site asks to sign in before it shows this page; a header can carry a session."
    CONSENT = "consent", "The site asks for consent before it shows this page."
    MAINTENANCE = "maintenance", "The site says that it is down for maintenance."
    RATE_LIMITED = "rate_limited", "The site says that it was asked too often; a longer delay may help."
    LEFT_OUT = (
        "left_out",
        "The page repeats others or only lists them; the setting for all pages has it, too.",
    )
    OTHER_HOST = "other_host", "The start page leads to another host."

    @property
    def wall(self) -> bool:
        """Whether something stood before the page: a job that met a wall does not hold what the site has."""
        return self in _WALLS


_WALLS = frozenset(
    {
        PageReason.CHALLENGE,
        PageReason.SIGN_IN,
        PageReason.CONSENT,
        PageReason.MAINTENANCE,
        PageReason.RATE_LIMITED,
    }
)
