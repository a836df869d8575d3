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
    day, month = bought.day, bought
    while True:
        year, number = month.year + month.month // 12, month.month % 12 + 1
        day = min(day, monthrange(year, number)[1])
        month = date(year, number, day)
        if month >= today:
            return month
