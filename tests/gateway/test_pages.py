"""Rows of a log: which of them are one that comes twice."""

from copy import copy

import pytest
from msgspec.structs import replace

from helpers.core.log_record import LogRecord
from helpers.gateway.pages import once_each

CALL = LogRecord(f"CA{1:032x}", to="+19175550156", from_="+14165550188", direction="inbound")


@pytest.mark.parametrize("apart", [True, False])
def test_rows_that_come_twice_count_once(apart):
    """On one page, or on two that follow each other; with the same sid and other ends they are two."""
    twice = CALL
    another = replace(twice, sid=f"CA{2:032x}")
    first, sids = once_each([twice] if apart else [twice, copy(twice)], frozenset())
    second, _ = once_each([twice, another] if apart else [another], sids)

    assert [row.sid for row in (*first, *second)] == [twice.sid, another.sid]
    assert len(once_each([twice, replace(twice, to="+14165550199")], frozenset())[0]) == 2


@pytest.mark.parametrize("sid", [None, "", "x", 5, [], {}])
def test_rows_without_a_sid_are_never_left_out(sid):
    """What cannot be told apart may be two."""
    row = replace(CALL, sid=sid)
    first, sids = once_each([row, copy(row)], frozenset())

    assert len(first) == 2
    assert len(once_each([row], sids)[0]) == 1
