"""The secrets that sign pushes to a job: checked, made, sealed like request headers, opened."""

from __future__ import annotations

from typing import NamedTuple

from docspasta.deliveries.events import Scheme
from docspasta.deliveries.secrets import new_secret, secret_mistake
from docspasta.errors import InvalidArgument
from docspasta.identity.sealing import Sealing
from docspasta.v1.jobs_pb2 import CreateJobRequest


class PushSecrets(NamedTuple):
    """In the clear: the secret of Standard Webhooks, and QStash's signing keys ('' for none)."""

    secret: str
    upstash_current_key: str = ""
    upstash_next_key: str = ""


def admit_push(request: CreateJobRequest) -> PushSecrets | None:
    """The secrets of the job that is asked for; None when it takes no pushes. Raises InvalidArgument."""
    asked = request.push
    if not request.settings.push:
        if request.HasField("push"):
            raise InvalidArgument([("push", "It is for jobs with mode push; leave it out, or ask for one.")])
        return None
    wrong = []
    if asked.secret and (said := secret_mistake(asked.secret, Scheme.STANDARD)):
        wrong.append(("push.secret", said))
    for name in ("upstash_current_key", "upstash_next_key"):
        key = getattr(asked, name)
        if key and secret_mistake(key, Scheme.UPSTASH):
            wrong.append((f"push.{name}", "A signing key has 16 to 128 visible ASCII characters."))
    if wrong:
        raise InvalidArgument(wrong)
    return PushSecrets(asked.secret or new_secret(), asked.upstash_current_key, asked.upstash_next_key)


def seal_push(sealing: Sealing, user_id: str, job_id: str, secrets: PushSecrets | None) -> bytes:
    """What is stored of them; b'' for none."""
    if secrets is None:
        return b""
    return sealing.seal(user_id, f"push {job_id}", list(secrets._asdict().items())).encode()


def open_push(sealing: Sealing, user_id: str, job_id: str, sealed: bytes) -> PushSecrets:
    """The secrets of a job. Raises ValueError when they were sealed under another key."""
    return PushSecrets(**dict(sealing.open(user_id, f"push {job_id}", sealed.decode())))
