"""The tests of the conversion run on compiled code, too (tests/integration/packaging/test_compiled.py)."""

from __future__ import annotations

import pytest

from docspasta.compiled import conversion


@pytest.fixture(autouse=True)
def replaceable(request: pytest.FixtureRequest) -> None:
    """Compiled code calls its own functions directly, so a test that replaces one says nothing about it."""
    if conversion() == "compiled" and "monkeypatch" in request.fixturenames:
        pytest.skip("compiled code does not look at what a test puts in the place of its functions")
