"""Signing in on one's own machine: a link of the command line makes the browser its person's, by cookie.

Only who can read the data directory's keys makes such a link. Its token lives for an hour, has an audience of
its own, so that no service believes it, and is gone from the address by the redirect. The cookie is the same
as after any other sign-in and may read and write, not administer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docspasta.errors import Unauthenticated
from docspasta.identity.installation import LINK_AUDIENCE
from docspasta.identity.issuers import Issuer
from docspasta.identity.tokens import Signer, Verifier

from .credentials import YEAR, cookie_name, put_cookie
from .problems import Problem

PATH = "/login/local"
STALE = "This link is not good, or no longer; `docspasta up` prints another, also while it runs."


class LocalLogin:
    """/login/local of one machine. `local` is the command line's issuer, `signer` signs browsers' cookies."""

    def __init__(self, local: Issuer, signer: Signer, now: Callable[[], float] = time.time) -> None:
        self._signer, self._now = signer, now
        self._verifier = Verifier({local.issuer: replace(local, audience=LINK_AUDIENCE)}, now=now)

    async def enter(self, request: Request) -> Response:
        """GET /login/local?token=…: the link's token for the cookie, and on to the page."""
        try:
            caller = await self._verifier.verify(request.query_params.get("token", ""))
        except Unauthenticated as error:
            raise Problem(401, "sign-in-failed", STALE) from error
        cookie = self._signer.sign(caller.user_id, ("read", "write"), YEAR, self._now())
        response = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
        put_cookie(request, response, cookie_name(request), cookie, YEAR)
        return response
