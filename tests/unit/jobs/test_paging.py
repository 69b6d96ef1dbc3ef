"""A page token comes back as its key; anything else is refused by its field."""

from __future__ import annotations

import base64
import json

import pytest

from docspasta.errors import InvalidArgument
from services.jobs.paging import key_of, page_size, token_of


def test_a_token_comes_back_as_its_key() -> None:
    assert key_of("jobs", token_of("jobs", [17, "ü"]), int, str) == [17, "ü"]
    assert key_of("jobs", "", int, str) is None


def made(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "!!!!",
        "ü",
        made(["jobs", 2**63]),
        made(["jobs", "1"]),
        made(["jobs", True]),
        made(["jobs", 1.5]),
        made(["jobs", None]),
        made(["jobs"]),
        made([]),
        made(7),
        made({"jobs": 1}),
        made(["pages", 1]),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)
def test_a_token_of_another_list_or_none_is_refused(token: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        key_of("jobs", token, int)
    assert caught.value.violations[0][0] == "page_token"


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_text_that_postgres_does_not_store_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument):
        key_of("jobs", made(["jobs", text]), str)


def test_page_sizes() -> None:
    assert [page_size(asked, 50) for asked in (0, 1, 500)] == [50, 1, 500]
    for asked in (-1, 501):
        with pytest.raises(InvalidArgument):
            page_size(asked, 50)
