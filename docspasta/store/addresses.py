"""What crawls of an address with the same settings remember of its pages: the statements of addresses.sql.

It is kept as what a source keeps (`conversions`), under a name made of the settings. Nobody sees it: it is
no source.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from docspasta.domain import JobSettings

from .connection import Connection
from .statements import load

SQL = load("addresses.sql")
PREFIX = "address-"  # of the names; \x01 before them, in the place of a name that people choose


def address_id(settings: JobSettings) -> str:
    """The name of what crawls with these settings remember, '' when they remember nothing: pages that are
    pushed or asked for one by one are no site. How fast it is asked, and for how long, is no matter."""
    if settings.push or settings.urls:
        return ""
    same = replace(
        settings, delay=None, concurrency=None, max_seconds=None, max_bytes=None, trust_lastmod=False
    )
    return PREFIX + hashlib.blake2b(same.to_json().encode(), digest_size=24).hexdigest()


async def remember_address(connection: Connection, user_id: str, name: str) -> str:
    """See that there is a place for what is remembered; the newest completed job that did so, '' for none."""
    await SQL.remember_address.execute(connection, user_id=user_id, address_id=name, name=f"\x01{name}")
    return await SQL.base_of_address.value(connection, str, user_id=user_id, address_id=name) or ""


async def forget_address(connection: Connection, user_id: str, name: str) -> None:
    """Take away what was remembered, when no job names it any more."""
    await SQL.forget_address.execute(connection, user_id=user_id, address_id=name)
