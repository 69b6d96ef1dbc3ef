"""How the embedded Valkey is started."""

from __future__ import annotations

import pytest

from docspasta.embedded.valkey import TUNABLES, environment


def test_a_persons_own_tunables_come_last_and_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=7")
    assert environment()["GLIBC_TUNABLES"] == ":".join([*TUNABLES, "glibc.malloc.tcache_count=7"])
    monkeypatch.delenv("GLIBC_TUNABLES")
    assert environment()["GLIBC_TUNABLES"] == ":".join(TUNABLES)
