"""An authority that nobody knows, and a server's certificate that it signed."""

from __future__ import annotations

import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def authority(directory: Path) -> tuple[Path, Path, Path]:
    """PEM files: the authority, a certificate for 127.0.0.1, and its key."""
    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    signed = _begun("An authority of its own", "An authority of its own", root)
    signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    files = {"ca.pem": signed.add_extension(usage, critical=True).sign(root, hashes.SHA256())}
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    files["own.pem"] = (
        _begun("127.0.0.1", "An authority of its own", own)
        .add_extension(names, critical=False)
        .sign(root, hashes.SHA256())
    )
    for name, made in files.items():
        (directory / name).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key = directory / "own.key"
    key.write_bytes(
        own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return directory / "ca.pem", directory / "own.pem", key


def _begun(name: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + 30 * DAY)
    )
