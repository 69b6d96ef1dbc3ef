"""What is said about secure connections that did not come about."""

import ssl

import pytest

from services.crawler.tls_errors import tls_detail


def test_a_server_without_tls_is_told_with_what_to_do():
    answer, asked = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(answer, asked, server_hostname="docs.example")
    answer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with pytest.raises(ssl.SSLError) as raised:
        client.do_handshake()
    assert "try the address with http://" in tls_detail(raised.value, "wrong version number")


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        (10, "certificate has expired", "only the site can renew it"),
        (9, "certificate is not yet valid", "this machine's clock"),
        (62, "Hostname mismatch", "whether the address is right"),
        (18, "self-signed certificate", "DOCSPASTA_CA_BUNDLE"),
        (23, "certificate revoked", "the certificate is refused: certificate revoked"),
    ],
)
def test_a_certificate_that_is_refused(code, message, said):
    error = ssl.SSLCertVerificationError(1, message)
    error.verify_code, error.verify_message = code, message
    told = tls_detail(error, "")
    assert message in told
    assert said in told


def test_what_is_not_known_keeps_its_own_words():
    assert tls_detail(ssl.SSLError(1, "odd"), "an odd alert") == "an odd alert"
    assert tls_detail(OSError("gone"), "gone") == "gone"
