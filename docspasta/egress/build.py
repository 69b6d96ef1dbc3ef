"""The egress policy of a process that fetches, as its settings say."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from docspasta.settings import Fetching

from .policy import EgressSettings

PROJECT = "https://github.com/docspasta/docspasta"  # what fetches, for readers of a site's log


def user_agent(contact: str) -> str:
    """`Docspasta/<version> (+url; contact)`: honest, with a way to turn to somebody."""
    try:
        number = version("docspasta")
    except PackageNotFoundError:
        number = "0"
    clean = "".join(c for c in contact if c.isprintable() and c not in "()\\;").strip()
    return f"Docspasta/{number} (+{PROJECT}{'; ' + clean if clean else ''})"


def egress_settings(settings: Fetching, **more: float) -> EgressSettings:
    """`more` are fields of EgressSettings. Raises ValueError that names the setting which is wrong."""
    return EgressSettings.of(
        ports=settings.crawler_ports,
        allow_private=settings.allow_private,
        proxy=settings.crawler_proxy,
        ca_bundle=settings.ca_bundle,
        connect_timeout=settings.crawler_connect_timeout,
        user_agent=user_agent(settings.crawler_contact),
        **more,
    )
