"""Start addresses that are refused by their text say what to do."""

from __future__ import annotations

import pytest

from docspasta.egress.addresses import allowance
from services.jobs.targets import target_mistake

PORTS = frozenset({80, 443})


@pytest.mark.parametrize(
    ("url", "allowed", "word"),
    [
        ("http://127.0.0.1:8000/", "", "`docspasta up --allow 127.0.0.1:8000`"),
        ("http://127.0.0.1:8000/", "127.0.0.0/8", "`docspasta up --allow 127.0.0.1:8000`"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000", ""),
        ("https://docs.example.org:8443/", "", "`docspasta up --allow docs.example.org:8443`"),
    ],
)
def test_on_one_machine_its_person_is_told_how_to_open_it(url, allowed, word):
    mistake = target_mistake(url, PORTS, allowance(allowed), embedded=True)
    assert word in mistake and bool(word) == bool(mistake)


def test_elsewhere_the_ports_are_told():
    mistake = target_mistake("https://docs.example.org:8443/", PORTS, allowance(""), embedded=False)
    assert mistake == "Port 8443 may not be fetched here; use one of 80, 443."
