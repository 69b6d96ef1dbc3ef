"""One list of ports for jobs and the crawler: what one takes, the other takes."""

from __future__ import annotations

import pytest

from docspasta.egress.policy import EgressSettings
from docspasta.egress.ports import EVERY_PORT, parse_ports


@pytest.mark.parametrize(
    "text", ["", "99999", "0", "-1", "80;443", "http", "80,,x", "٨٠", "1e3", "080443080"]
)
def test_a_list_that_names_no_ports_is_refused_by_its_setting_s_name(text: str) -> None:
    with pytest.raises(ValueError, match="DOCSPASTA_CRAWLER_PORTS"):
        parse_ports(text)


def test_a_list_is_read_the_same_for_everybody() -> None:
    assert parse_ports(" 80, 443 ,8080,") == {80, 443, 8080}
    assert parse_ports("*") == EVERY_PORT and len(EVERY_PORT) == 65535
    made = EgressSettings.of(ports="80,8443", allow_private="", proxy="", ca_bundle="")
    assert made.ports == {80, 8443}
