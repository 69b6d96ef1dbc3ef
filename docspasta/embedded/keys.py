"""The secrets of one installation on one machine: generated once, readable only by their owner.

The command line signs its own short-lived tokens with the local key; the services have the public key.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

LOCAL_USER = "local"
LOCAL_SCOPES = ("read", "write", "admin")
LINK_SCOPES = ("read", "write")
TOKEN_LIFETIME = 300.0  # seconds
LINK_LIFETIME = 3600.0  # seconds in which a browser can use the link


@dataclass(frozen=True)
class Keys:
    """Secrets by the name of their setting, as `docspasta.identity.installation.fresh_keys` makes them."""

    settings: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.settings[name]

    def only(self, *names: str) -> dict[str, str]:
        """The settings with these names."""
        return {name: self.settings[name] for name in names}

    def local_token(self, now: float | None = None) -> str:
        """A JWT for the person at this machine's command line."""
        from docspasta.identity.installation import LOCAL_ISSUER
        from docspasta.identity.tokens import Signer

        signer = Signer.from_pem(self["LOCAL_KEY"], LOCAL_ISSUER)
        return signer.sign(LOCAL_USER, LOCAL_SCOPES, TOKEN_LIFETIME, time.time() if now is None else now)

    def sign_in_link(self, gateway: str, now: float | None = None) -> str:
        """The address that signs a browser in as the same person; `gateway` is its origin."""
        from docspasta.identity.installation import LINK_AUDIENCE, LOCAL_ISSUER
        from docspasta.identity.tokens import Signer

        signer = Signer.from_pem(self["LOCAL_KEY"], LOCAL_ISSUER, LINK_AUDIENCE)
        moment = time.time() if now is None else now
        return f"{gateway}/login/local?token={signer.sign(LOCAL_USER, LINK_SCOPES, LINK_LIFETIME, moment)}"


def load_keys(path: Path) -> Keys:
    """The installation's keys, generated if the file doesn't exist."""
    try:
        return Keys(json.loads(path.read_text()))
    except FileNotFoundError:
        from docspasta.identity.installation import fresh_keys

        keys = Keys(fresh_keys())
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(keys.settings, file)
    unfinished.replace(path)
    return keys
