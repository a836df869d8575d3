"""The next billing day: the same day each month, and a short month moves it for good."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from helpers.evidence.billing import next_billing_day


@pytest.mark.parametrize(
    ("bought", "today", "billed"),
    [
        (date(2026, 1, 15), date(2026, 1, 15), date(2026, 2, 15)),
        (date(2026, 1, 15), date(2026, 1, 16), date(2026, 2, 15)),
        (date(2026, 1, 15), date(2026, 2, 15), date(2026, 2, 15)),
        (date(2026, 1, 15), date(2026, 2, 16), date(2026, 3, 15)),
        (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28)),
        # The ratchet: after February it stays the 28th, also where the month is longer.
        (date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 28)),
        (date(2026, 1, 31), date(2030, 5, 1), date(2030, 5, 28)),
        # A leap year's February has a 29th, and the year after has not.
        (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 1, 31), date(2025, 1, 1), date(2025, 1, 29)),
        (date(2024, 1, 31), date(2025, 3, 1), date(2025, 3, 28)),
        (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 29)),
        # April has 30 days: the 31st becomes the 30th, until the next February.
        (date(2025, 3, 31), date(2025, 5, 1), date(2025, 5, 30)),
    ],
)
def test_the_day_is_as_twilio_says(bought, today, billed):
    """Each case by hand."""
    assert next_billing_day(bought, today=today) == billed


@given(some.dates(date(2010, 1, 1), date(2026, 1, 1)), some.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_it_is_within_a_month_and_never_past(bought, today):
    """Whatever the days: not before today, and at most 31 days away."""
    billed = next_billing_day(bought, today=today)

    assert 0 <= (billed - today).days <= 31
    assert billed.day <= bought.day
