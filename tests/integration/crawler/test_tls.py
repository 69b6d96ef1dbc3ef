"""TLS: an unknown CA is refused, the operator's is trusted, and the name must be the one asked for."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from docspasta.egress.addresses import allowance
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from services.crawler.answer import Answer, Limits
from services.crawler.fetch import Fetcher

from .test_egress import _result


def certificate(directory: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for `name`, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, private = directory / f"{name}.pem", directory / f"{name}.key"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, private


@pytest.mark.parametrize(
    ("name", "trusted", "reason", "words"),
    [
        ("docs.example", True, "", ""),
        ("docs.example", False, "tls", "DOCSPASTA_CA_BUNDLE"),
        ("other.example", True, "tls", "the certificate is refused: Hostname mismatch"),
    ],
)
async def test_certificates_are_checked_and_what_is_wrong_is_said(
    tmp_path: Path, name: str, trusted: bool, reason: str, words: str
) -> None:
    cert, key = certificate(tmp_path, "docs.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="<p>secure", content_type="text/html")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    port = runner.addresses[0][1]

    async def lookup(host: str, to_port: int) -> list[object]:
        return [_result(host, "127.0.0.1", to_port)]

    settings = EgressSettings(
        ports=frozenset((port,)), allow=allowance("127.0.0.0/8"), ca_bundle=str(cert) if trusted else ""
    )
    egress = Egress(settings, lookup=lookup)  # type: ignore[arg-type]
    found: Answer = await Fetcher(egress).fetch(f"https://{name}:{port}/", Limits())
    await egress.close()
    await runner.cleanup()
    assert (found.reason, found.passing) == (reason, False), found
    assert words in found.detail, found.detail
