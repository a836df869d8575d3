"""What is said of the lines of a list."""

import pytest

from helpers.panels.plan.listed import explain, read_as
from helpers.plans.number_list import Doubt, ReadLine, Unfit, UnfitLine
from tests.plans.lists.company import OURS
from tests.support.golden import as_read


@pytest.mark.parametrize("why", Unfit)
def test_each_reason_why_a_line_was_not_taken_is_a_sentence(why, snapshot):
    """With what the list has there."""
    details = {"candidates": ("+12055550170", "+12125550170"), "number": "+12055550100", "sid": "PN1", "account": "AC1"}
    details |= {"cells": 3, "columns": 2, "place": 4, "problem": "unexpected end of data", "words": "Numbers to keep"}

    assert as_read(explain(UnfitLine(7, "x", why, details))) == snapshot


@pytest.mark.parametrize("doubt", Doubt)
def test_each_reason_why_a_line_is_looked_at_first_is_a_sentence(doubt, snapshot):
    """With the words of the list that raise it."""
    assert as_read(read_as(ReadLine(7, "x", OURS["A"], doubt, "Numbers to keep"))) == snapshot
