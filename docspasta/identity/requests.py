"""Requests to OpenID issuers: their discovery documents, keys and token endpoints, by the egress policy.

The addresses are the operator's, but what a discovery document names is the issuer's: so each is judged like
any other, and a private issuer must be named. No redirect is followed, no proxy of the environment used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docspasta.settings import Identity
from docspasta.urls import BadUrl, canonical

if TYPE_CHECKING:
    from docspasta.egress.sessions import Egress

# A Kubernetes API server tells its keys as this type alone, and else answers 406.
ACCEPT = "application/json, application/jwk-set+json"
SECONDS = 10.0
MAX_BYTES = 256 * 1024


class IssuerRequests:
    """GET and POST, at most 10 s and 256 KiB each. Sessions are opened at the first request."""

    def __init__(self, settings: Identity, token_files: Mapping[str, str] | None = None) -> None:
        """`token_files` names the file of the token that an address is asked with: a cluster's API server
        tells its keys to ServiceAccounts alone."""
        self._settings, self._token_files = settings, dict(token_files or {})
        self._egress: Egress | None = None

    async def get(self, url: str) -> bytes:
        """The body at `url`. Raises OSError with a sentence."""
        return await self._ask("GET", url, None)

    async def post(self, url: str, form: Mapping[str, str]) -> bytes:
        """The body that answers a form. Raises OSError with a sentence."""
        return await self._ask("POST", url, dict(form))

    async def close(self) -> None:
        """End its connections."""
        if self._egress is not None:
            await self._egress.close()

    async def _ask(self, method: str, url: str, form: dict[str, str] | None) -> bytes:
        import aiohttp

        headers = {"Accept-Encoding": "identity", "Accept": ACCEPT}
        if file := self._token_files.get(url):  # read anew: a kubelet replaces it
            token = await asyncio.to_thread(Path(file).read_text)
            headers["Authorization"] = f"Bearer {token.strip()}"
        from docspasta.egress.policy import ForbiddenTarget

        try:
            opening = self._opened().open(canonical(url))
            async with (
                asyncio.timeout(SECONDS),
                opening.session.request(
                    method,
                    opening.target,
                    data=form,
                    allow_redirects=False,
                    headers=headers,
                ) as answer,
            ):
                if answer.status != 200:
                    raise OSError(f"{url} answered {answer.status}")
                return await _read(answer.content)
        except (aiohttp.ClientError, BadUrl, ForbiddenTarget, TimeoutError) as error:
            raise OSError(f"{url}: {error or 'no answer in time'}") from error

    def _opened(self) -> Egress:
        if self._egress is None:
            from docspasta.egress.policy import EgressSettings
            from docspasta.egress.sessions import Egress

            asked = self._settings
            self._egress = Egress(
                EgressSettings.of(
                    ports="*",
                    allow_private=asked.identity_allow_private,
                    proxy="",
                    ca_bundle=asked.identity_ca_bundle,
                )
            )
        return self._egress


async def _read(content: Any) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > MAX_BYTES:
            raise OSError(f"the answer is larger than {MAX_BYTES} bytes")
    return bytes(body)
