"""
The next billing day of a number.  Pure.

Twilio bills a number for a month in advance, on the day of the month of its purchase.  A month that is too short moves
the billing day to its last day, where it stays.  Twilio refunds nothing of a month that has begun
(https://support.twilio.com/hc/en-us/articles/223182908-How-much-does-a-phone-number-cost).
"""

from calendar import monthrange
from datetime import date


def next_billing_day(bought: date, *, today: date) -> date:
    """
    Compute the next billing day of a number, which may be today.

    The day of the purchase is already paid.  A number that was moved or ported in may have another billing day, which
    Twilio does not state.

    >>> next_billing_day(date(2026, 1, 15), today=date(2026, 3, 2))
    datetime.date(2026, 3, 15)
    >>> next_billing_day(date(2026, 1, 31), today=date(2026, 3, 2))
    datetime.date(2026, 3, 28)
    """
    day, month, this_month = bought.day, _months(bought) + 1, _months(today)
    while True:
        year, past = divmod(month, 12)
        day = min(day, monthrange(year, past + 1)[1])
        billed = date(year, past + 1, day)
        if billed >= today:
            return billed
        # From the 28th on, no month moves the day any more: the months before this one need no look.
        month = max(month + 1, this_month) if day <= 28 else month + 1


def _months(day: date) -> int:
    """Count the months from the year 0 to the month of a day."""
    return day.year * 12 + day.month - 1
