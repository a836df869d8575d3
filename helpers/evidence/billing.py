"""
On which day a number is next billed.  Pure.

Twilio bills a number's month up front, on the day of the month on which it was bought; a
month that is too short moves that to its last day, and there it stays.  Nothing is given
back for a month that was begun
(https://support.twilio.com/hc/en-us/articles/223182908-How-much-does-a-phone-number-cost).
"""

from calendar import monthrange
from datetime import date


def next_billing_day(bought: date, *, today: date) -> date:
    """
    Work out the next day, today included, on which a number is billed.

    The day of the purchase itself has been paid.  A number that was moved or ported in may
    have another day: Twilio does not say which.

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
