"""Where `--server` leads, and when TLS is spoken."""

from __future__ import annotations

import pytest

from docspasta.cli.deployed import target_of
from docspasta.cli.exits import CommandError
from docspasta.cli.start import settings_of, split_header


@pytest.mark.parametrize(
    ("server", "target", "tls"),
    [
        ("docs.example.org:50051", "docs.example.org:50051", True),
        ("docs.example.org", "docs.example.org:443", True),
        ("https://docs.example.org", "docs.example.org:443", True),
        ("http://docs.example.org:50051", "docs.example.org:50051", False),
        ("127.0.0.1:50051", "127.0.0.1:50051", False),
        ("localhost:50051", "localhost:50051", False),
        ("[::1]:50051", "[::1]:50051", False),
        ("unix:/run/jobs.sock", "unix:/run/jobs.sock", False),
        ("dns:///jobs:50051", "dns:///jobs:50051", True),
    ],
)
def test_targets(server, target, tls):
    assert target_of(server, "") == (target, tls)


def test_a_ca_means_tls_everywhere(tmp_path):
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    assert target_of("localhost:1", str(ca)) == ("localhost:1", True)
    with pytest.raises(CommandError, match="no such file"):
        target_of("localhost:1", str(tmp_path / "none.pem"))


@pytest.mark.parametrize("server", ["ftp://x", "host:notaport", "host:99999", "://", ""])
def test_addresses_that_are_none(server):
    with pytest.raises(CommandError) as error:
        target_of(server, "")
    assert error.value.status == 2


def test_headers_and_defaults():
    assert split_header("Authorization: Bearer a:b") == ("Authorization", "Bearer a:b")
    for wrong in ("nothing", ": x"):
        with pytest.raises(CommandError) as error:
            split_header(wrong)
        assert error.value.status == 2
    settings = settings_of("https://a/", ["A: b"], max_depth=0, delay=None, include=["/x/**"])
    assert settings.HasField("max_depth") and not settings.HasField("delay")
    assert list(settings.include) == ["/x/**"] and settings.headers[0].value == "b"
