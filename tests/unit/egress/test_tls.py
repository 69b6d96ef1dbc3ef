"""Whose certificates are believed: the same on every Python."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from docspasta.egress.sessions import _tls

DEFAULT = ssl.create_default_context


def strict(*arguments: Any, **named: Any) -> ssl.SSLContext:
    """What Python 3.13 makes."""
    context = DEFAULT(*arguments, **named)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def test_a_private_ca_without_key_usage_is_believed_where_python_is_strict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ssl, "create_default_context", strict)
    context = _tls("")
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
