"""The verifier of a process, from its settings; called once, in `__main__`."""

from __future__ import annotations

from docspasta.settings import Identity

from .issuers import Issuer, parse_issuers
from .jwks import Jwks
from .requests import IssuerRequests
from .tokens import Verifier


def build_verifier(settings: Identity) -> Verifier:
    """Raises ValueError with a sentence when no issuer is configured or one is malformed."""
    issuers = believed_issuers(settings)
    if not issuers:
        raise ValueError("DOCSPASTA_IDENTITY_ISSUERS names no issuer; nobody could be believed")
    requests = IssuerRequests(settings, token_files(issuers))
    return Verifier(issuers, settings.identity_leeway, Jwks(requests.get, ended=requests.close))


def believed_issuers(settings: Identity) -> dict[str, Issuer]:
    """The issuers of both settings by name. Raises ValueError as parse_issuers does."""
    return parse_issuers(
        settings.identity_issuers, settings.identity_audience, settings.identity_further_issuers
    )


def token_files(issuers: dict[str, Issuer]) -> dict[str, str]:
    """The files of tokens that keys are asked with, by the keys' address."""
    return {one.jwks_url: one.token_file for one in issuers.values() if one.token_file}
