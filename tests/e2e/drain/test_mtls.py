"""The services over mTLS, as the chart sets it up: a CA of the release's own, one certificate a service.

Health stays on a port without TLS, for the kubelet; a client without a certificate gets nowhere.
"""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.e2e.drain.fleet import SERVICES, Fleet
from tests.e2e.drain.test_helm_test import run as crawl_sample
from tests.e2e.drain.test_metrics import exposed

DAY = datetime.timedelta(days=1)


def certify(directory: Path) -> None:
    """ca.crt, tls.crt and tls.key: what cert-manager puts into a Certificate's Secret."""
    now = datetime.datetime.now(datetime.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rel-docspasta-ca")])
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rel-docspasta-jobs")])

    def certificate(subject: x509.Name, public: ec.EllipticCurvePublicKey, ca: bool) -> x509.Certificate:
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + 90 * DAY)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
            usages = [x509.ExtendedKeyUsageOID.SERVER_AUTH, x509.ExtendedKeyUsageOID.CLIENT_AUTH]
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
            made = made.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        return made.sign(ca_key, hashes.SHA256())

    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (directory / "ca.crt").write_bytes(
        certificate(ca_name, ca_key.public_key(), True).public_bytes(Encoding.PEM)
    )
    (directory / "tls.crt").write_bytes(certificate(name, key.public_key(), False).public_bytes(Encoding.PEM))
    (directory / "tls.key").write_bytes(private)


async def test_services_speak_mtls_and_nothing_else(fleet: Fleet, tmp_path: Path) -> None:
    certify(tmp_path)
    fleet.settings |= {
        "TLS_CERTIFICATE": str(tmp_path / "tls.crt"),
        "TLS_KEY": str(tmp_path / "tls.key"),
        "TLS_CA": str(tmp_path / "ca.crt"),
        **{f"{name.upper()}_ADDRESS": f"127.0.0.1:{fleet.ports[name][0]}" for name in SERVICES[:3]},
    }
    await fleet.up()
    done = await crawl_sample(fleet)
    assert done.returncode == 0, done.stderr + fleet.logs()
    address = f"127.0.0.1:{fleet.running['jobs'].port}"
    ca = (tmp_path / "ca.crt").read_bytes()
    bare = grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(ca))
    for channel in (grpc.aio.insecure_channel(address), bare):
        async with channel:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                stub = health_pb2_grpc.HealthStub(channel)
                await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
            assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    # What DocspastaCertificateExpires looks at.
    metric = "docspasta_certificate_expiry_timestamp_seconds"
    for service in SERVICES:
        rows = exposed(fleet.running[service].metrics).splitlines()
        line = next(row for row in rows if row.startswith(metric))
        left = float(line.split()[1]) - datetime.datetime.now().timestamp()
        assert 89 * 86400 < left < 91 * 86400, service
