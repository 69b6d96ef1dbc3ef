"""A delivery that is put off again and again ends with the service's own sentence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import grpc
import pytest

from docspasta.cli import pushing
from docspasta.cli.exits import FAILED, CommandError
from docspasta.cli.pushing import Delivery, Pushing
from docspasta.errors import ResourceExhausted
from docspasta.serving.status import DETAILS_KEY, code_of, details_of

SAID = "Too many pushed pages wait to be converted."


async def put_off(*_: Any) -> Any:
    """A call that is refused for now."""
    error = ResourceExhausted(SAID, reason="pushes-waiting", retry_after=0.01)
    trailing = grpc.aio.Metadata((DETAILS_KEY, details_of(error)))
    raise grpc.aio.AioRpcError(code_of(error), grpc.aio.Metadata(), trailing, SAID)


async def test_patience_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "PATIENCE", 0.05)
    asked = SimpleNamespace(job_id="j", connection=SimpleNamespace(call=put_off), push_pages=None, refused=[])
    with pytest.raises(CommandError) as ended:
        await Pushing.deliver(cast(Pushing, asked), Delivery("lines 1 to 2", "text/html", b"x"))
    assert ended.value.message == f"lines 1 to 2: {SAID}" and ended.value.status == FAILED
