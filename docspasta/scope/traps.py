"""Addresses that lead nowhere new: loops of segments, calendars, facets, edit forms. Pure.

A crawler that follows them never ends. The rules look at one URL alone, so that the same URL always gets
the same answer; each returns a word for logs and tests.
"""

from __future__ import annotations

import re

from ..urls import path, query

MAX_SEGMENTS = 24
MAX_PARAMETERS = 4
MAX_LOOP = 5  # segments of the longest loop looked for

DATE = re.compile(r"^(?:19|20|21)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$")
# Parameters that name a day where their value is one: `/agenda?from=2024-05-01`.
DAYS = frozenset("d on from to start end begin since until startdate enddate".split())
# Pages that a server's list of files, a wiki or a blog has beside each page.
BESIDE = re.compile(
    r"/(?:Special|Spezial|Especial|Spécial):(?:RecentChanges|WhatLinksHere|Log|Export|Search|UserLogin|Random)"
    r"|/(?:feed|trackback)/?$|/export/(?:pdf|epub|odt|docx?)(?:/|$)",
    re.I,
)
YEAR_AND_MONTH = re.compile(r"^(?:19|20|21)\d\d(?:-?\d\d){0,2}$")
CALENDARS = frozenset("calendar calendars kalender calendrier agenda events archive archives".split())
CALENDAR_PARAMETERS = frozenset("month day week date tribe-bar-date ical outlook-ical eventdate".split())
# Parameters that sort, filter, page through or act on something; none of them names a page of its own.
FACETS = frozenset(
    "sort sortby sort_by sort_order orderby order_by order dir direction filter filters facet facets refine "
    "per_page perpage pagesize page_size limit view_mode".split()
)
ACTIONS = frozenset(
    "action do diff oldid rev revision replytocom share print printable format download login logout "
    "returnto redirect redirect_to return_to add-to-cart wpmobileaction preview nonce token "
    "q query search".split()
)
PRINTED = frozenset(("mode=print", "view=print", "layout=print", "tmpl=component"))
SORTED = re.compile(r"^C=[NMSD][;&]O=[AD]$")  # a list of files, by another column
# `action=view` and the like only say what happens anyway.
HARMLESS = frozenset(("action=view", "action=show", "format=html"))
EDIT = re.compile(
    r"/(?:-/)?(?:edit|_edit|ide/project|commits|blame|raw|history)/(?:main|master|develop|trunk|[^/]+/edit)(?:/|$)"
    r"|/(?:wp-admin|wp-json|wp-login\.php|xmlrpc\.php|cdn-cgi|_sources|_static|_images|_downloads|_next|__\w+)(?:/|$)"
)


def trap(url: str) -> str:
    """Why a canonical URL is a trap (`loop`, `deep`, `calendar`, `facets`, `action`, `edit`); '' if none."""
    where = path(url)
    return _segments(where) or _edit(where) or _calendar(where) or (_query(query(url)) if "?" in url else "")


def _segments(where: str) -> str:
    segments = where.strip("/").split("/")
    if len(segments) < 3:
        return ""
    if len(segments) > MAX_SEGMENTS:
        return "deep"
    return "loop" if _loops(segments) else ""


def _loops(segments: list[str]) -> bool:
    """Whether some run of segments stands there three times in a row. Numbers may: /2024/01/01/01."""
    for length in range(1, MAX_LOOP + 1):
        for start in range(len(segments) - 3 * length + 1):
            run = segments[start : start + length]
            again = segments[start + length : start + 2 * length] == run
            thrice = again and segments[start + 2 * length : start + 3 * length] == run
            if thrice and not all(segment.isdigit() for segment in run):
                return True
    return False


def _edit(where: str) -> str:
    return "edit" if EDIT.search(where) or BESIDE.search(where) else ""


def _calendar(where: str) -> str:
    """A calendar's own pages: a segment that says so, then a date."""
    segments = where.lower().strip("/").split("/")
    for index, segment in enumerate(segments[:-1]):
        if segment in CALENDARS and YEAR_AND_MONTH.match(segments[index + 1]):
            return "calendar"
    return ""


def _query(text: str) -> str:
    parameters = [p.lower() for p in text.split("&") if p and p.lower() not in HARMLESS]
    names = [p.partition("=")[0].replace("%5b", "[") for p in parameters]
    if any(name in CALENDAR_PARAMETERS for name in names) or any(map(_is_day, parameters)):
        return "calendar"
    if any(name in ACTIONS for name in names) or any(p in PRINTED for p in parameters):
        return "action"
    if "offset" in names:  # `limit` then says how long a page of the listing is
        names = [name for name in names if name != "limit"]
    if SORTED.match(text):
        return "facets"
    crowded = len(names) > MAX_PARAMETERS or len(set(names)) < len(names)
    if crowded or any(name in FACETS or "[" in name for name in names):
        return "facets"
    return ""


def _is_day(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name in DAYS and DATE.match(value) is not None
