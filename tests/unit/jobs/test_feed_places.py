"""Where a reader of a source's feed stands, and who is told to begin anew."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from docspasta.errors import InvalidArgument
from docspasta.store.feed import FeedPart, FeedRow, FeedState
from services.jobs.paging import token_of
from services.jobs.sources.feeding import Place, after_line, check_history, lines_of


def part(last: int, floor: int, rows: Sequence[FeedRow] = ()) -> FeedPart:
    return FeedPart(FeedState("job1", "job1:9", "job1:9", last, floor), "epoch", rows, {})


def test_a_cursor_says_where_its_reader_stands_also_one_of_an_older_version() -> None:
    assert after_line("", "s") == Place()
    assert after_line(token_of("changes of", ["s", "epoch", 7, 5]), "s") == Place("epoch", 7, 5)
    assert after_line(token_of("changes of", ["s", "epoch", 7]), "s") == Place("epoch", 7, 0)
    for key in (["other", "epoch", 7, 5], ["s", "epoch", 0, 5], ["s", "epoch", "7", 5], ["s", 7], []):
        with pytest.raises(InvalidArgument):
            after_line(token_of("changes of", key), "s")


def test_who_may_have_missed_a_page_that_is_gone_begins_anew() -> None:
    check_history(part(9, 6), Place())
    check_history(part(9, 6), Place("epoch", 6, 0))
    check_history(part(9, 6), Place("epoch", 1, 6))
    for place in (Place("epoch", 5, 4), Place("epoch", 10, 0), Place("older", 9, 9)):
        with pytest.raises(InvalidArgument, match="begin without a cursor"):
            check_history(part(9, 6), place)


def test_a_new_copy_is_not_told_of_what_it_never_had() -> None:
    gone = [FeedRow(seq, f"https://a.example/{seq}", True, "", "", 0, None, 0) for seq in (3, 8)]
    lines = lines_of(part(9, 0, gone), "s", Place("epoch", 0, 5), False)
    assert lines.count(b'"delete"') == 1 and b"/8" in lines
