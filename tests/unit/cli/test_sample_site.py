"""The sample's server: its port may be taken, and no error of what uses the site is taken for that."""

from __future__ import annotations

import socket

import pytest

from docspasta.cli.crawling import sample_site


async def test_a_taken_port_is_no_trouble():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with sample_site(port) as origin:
            assert not origin.endswith(f":{port}")


async def test_an_error_inside_is_told_as_it_is():
    with pytest.raises(PermissionError):
        async with sample_site(0):
            raise PermissionError
