"""Redirects that lead back once a cookie was taken: the page behind them is the page that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from docspasta import urls

from .answer import Answer, Limits
from .exchange import Exchange, Tokens
from .requester import Requester

MOST_HOPS = 5  # requests between a redirect and the page behind it


@dataclass(frozen=True, slots=True)
class Wall:
    """A look behind a redirect of the page `url` to another address of its origin."""

    exchange: Exchange
    limits: Limits
    tokens: Tokens
    url: str
    requester: Requester

    async def passed(self, answer: Answer, target: str) -> Answer | None:
        """The page, if cookies open it; None when `target` is an ordinary redirect.

        It is tried where the redirect sets a cookie, names the page as the place to come back to, or where
        the origin set cookies that were not sent; and no longer after a few tries in vain.
        """
        jar = self.requester.cookies
        if jar is None or urls.origin(target) != urls.origin(self.url) or not jar.may_try(self.url):
            return None
        bounces = answer.new_cookies or _names(target, self.url)
        if not bounces and not jar.unsent(self.url, answer.sent_cookies):
            return None
        with jar.trying(self.url):
            found = await self._follow(target if bounces else self.url)
            if found is None and bounces:
                found = await self._follow(self.url)
            if found is not None:
                jar.opened(self.url)
        return found

    async def _follow(self, url: str) -> Answer | None:
        """The page's own answer, at the end of redirects that stay at its origin."""
        for _ in range(MOST_HOPS):
            answer = await self.exchange.once(url, self.limits, self.tokens, self.requester)
            if not answer.location:
                return answer if not answer.reason and urls.url_key(url) == urls.url_key(self.url) else None
            try:
                url = urls.canonical(answer.location, url)
            except urls.BadUrl:
                return None
            if urls.origin(url) != urls.origin(self.url):
                return None
        return None


def _names(target: str, url: str) -> bool:
    """Whether the query of `target` names the page to come back to. A site's first page has a path that is
    part of any other, so it must be a value by itself."""
    path, query = "/" + url.split("/", 3)[3], target.partition("?")[2]
    if len(path) > 1:
        return unquote(path) in unquote(query)
    return any(value in (path, url) for _, value in parse_qsl(query))
