"""The list of ports that may be fetched, as DOCSPASTA_CRAWLER_PORTS writes it. Pure."""

from __future__ import annotations

EVERY_PORT = frozenset(range(1, 65536))


def parse_ports(text: str) -> frozenset[int]:
    """`80,443` as a set; `*` stands for every port. Raises ValueError for anything else."""
    if text.strip() == "*":
        return EVERY_PORT
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(_is_port(part) for part in parts):
        raise ValueError(
            f"DOCSPASTA_CRAWLER_PORTS is {text[:100]!r}; "
            "write ports from 1 to 65535 by comma, like 80,443, or * for all"
        )
    return frozenset(map(int, parts))


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536
