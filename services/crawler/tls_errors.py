"""What is wrong with a secure connection, and what to do about it: OpenSSL's words say the first at best."""

from __future__ import annotations

import ssl

# OpenSSL's X509_V_ERR_*.
_UNKNOWN_CA = frozenset((2, 18, 19, 20, 21))  # no issuer known here, or self-signed
_EXPIRED, _NOT_YET, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
_REMEDIES = {
    _EXPIRED: "it ran out; only the site can renew it",
    _NOT_YET: "it is not valid yet; look whether this machine's clock is right",
    _OTHER_NAME: "it is for other names; look whether the address is right",
    _OTHER_ADDRESS: "it is for other addresses; ask for the site by its name",
}
# By OpenSSL's reason, of which newer versions have more: what it means.
_MEANINGS = {
    "WRONG_VERSION_NUMBER": "the server speaks no TLS on this port; try the address with http://",
    "HTTP_REQUEST": "the server speaks no TLS on this port; try the address with http://",
    "UNKNOWN_PROTOCOL": "the server speaks no TLS on this port; try the address with http://",
    "UNSUPPORTED_PROTOCOL": "the server knows only versions of TLS before 1.2, which are not safe any more",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server refuses TLS 1.2 and 1.3; older ones are not safe any more",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the server knows no safe way to encrypt, or wants a client certificate",
    "NO_SHARED_CIPHER": "the server knows no safe way to encrypt",
    "TLSV1_ALERT_INTERNAL_ERROR": "the server failed, often because it has no certificate for this name",
    "TLSV1_UNRECOGNIZED_NAME": "the server has no certificate for this name; is the address right?",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the server asks for a client certificate, and Docspasta has none",
    "DH_KEY_TOO_SMALL": "the server's key is too short to be safe; only the site can change it",
    "EE_KEY_TOO_SMALL": "the server's key is too short to be safe; only the site can change it",
    "CA_MD_TOO_WEAK": "the certificate is signed in a way that is not safe; only the site can change it",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": "the server's TLS is too old to be safe",
    "UNEXPECTED_EOF_WHILE_READING": "the server ended the connection while TLS began; it may refuse us",
}


def tls_detail(error: BaseException, words: str) -> str:
    """Why no secure connection came about, and what to do. `words`: the error's own."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _UNKNOWN_CA:
            return (
                f"the certificate is not signed by a CA that is trusted here ({error.verify_message}); "
                "DOCSPASTA_CA_BUNDLE names a file of further CAs"
            )
        remedy = _REMEDIES.get(error.verify_code, "")
        return f"the certificate is refused: {error.verify_message}" + (f" ({remedy})" if remedy else "")
    reason = getattr(error, "reason", None) or ""
    meaning = _MEANINGS.get(reason)
    return f"{meaning} ({reason})" if meaning else words
