"""Signing in on one's own machine: a link of the command line makes the browser its person's, by cookie.

Only those who can read the data directory's keys make such a link. Its token lives for an hour, opens once,
has an audience of its own, so that no service believes it, and is gone from the address by the redirect. The
cookie is the same as after any other sign-in and may read and write, not administer.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace

import jwt
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docspasta.errors import Unauthenticated
from docspasta.identity.installation import LINK_AUDIENCE
from docspasta.identity.issuers import Issuer
from docspasta.identity.tokens import Signer, Verifier

from .cookies import Cookies
from .problems import Problem

PATH = "/login/local"
NAME = "this computer"  # what the page calls who signed in here
LIFETIME = 30 * 86400  # seconds that the cookie lasts
LEEWAY = 60.0  # seconds: more than a verifier allows
STALE = "This link has expired or was used before. `docspasta up` prints a new one, even while it runs."


class LocalLogin:
    """/login/local of one machine. `local` is the command line's issuer, `signer` signs browsers' cookies."""

    def __init__(
        self, local: Issuer, signer: Signer, cookies: Cookies, now: Callable[[], float] = time.time
    ) -> None:
        self._signer, self._cookies, self._now = signer, cookies, now
        self._links = UsedLinks(now)
        self._verifier = Verifier({local.issuer: replace(local, audience=LINK_AUDIENCE)}, now=now)

    async def enter(self, request: Request) -> Response:
        """GET /login/local?token=…: the link's token for the cookie, and on to the page."""
        token = request.query_params.get("token", "")
        try:
            caller = await self._verifier.verify(token)
        except Unauthenticated as error:
            raise Problem(401, "sign-in-failed", STALE) from error
        if not self._links.use(token, caller.expires_at):
            raise Problem(401, "sign-in-failed", STALE)
        cookie = self._signer.sign(caller.user_id, ("read", "write"), LIFETIME, self._now(), NAME)
        response = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
        self._cookies.put(request, response, cookie, LIFETIME)
        return response


class UsedLinks:
    """The links that have been followed, until they would have expired anyway.

    They are known to this process only. So a link that was made before it started is good no longer either:
    it may have been followed then.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now, self._started = now, now()
        self._used: dict[bytes, float] = {}

    def use(self, token: str, expires_at: float) -> bool:
        """Whether a verified link is followed for the first time."""
        self._used = {name: expires for name, expires in self._used.items() if expires > self._now()}
        issued = jwt.decode(token, options={"verify_signature": False})["iat"]
        name = hashlib.sha256(token.encode()).digest()
        if name in self._used or issued < int(self._started):
            return False
        self._used[name] = expires_at + LEEWAY
        return True
