"""What is said of the lines of a list."""

import pytest

from helpers.panels.plan.listed import explain
from helpers.plans.number_list import Unfit, UnfitLine
from tests.support.golden import as_read


@pytest.mark.parametrize("why", Unfit)
def test_each_reason_why_a_line_was_not_taken_is_a_sentence(why, snapshot):
    """With what the list has there."""
    details = {"candidates": ("+12055550170", "+12125550170"), "number": "+12055550100", "sid": "PN1", "account": "AC1"}
    details |= {"cells": 3, "columns": 2, "place": 4, "problem": "unexpected end of data"}

    assert as_read(explain(UnfitLine(7, "x", why, details))) == snapshot
