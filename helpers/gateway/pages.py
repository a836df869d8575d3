"""
The pages of a list: their size, endless lists, and repeated records.  Pure.

Twilio's own examples have a page that names itself as the next one.  Only the link shows whether
another page follows, so the kit would read a list that leads back to itself for ever.
"""

from collections import Counter
from collections.abc import Iterable

from helpers.core.errors import WrongAnswer
from helpers.core.log_record import LogRecord
from helpers.core.reasons import Cause, Reason
from helpers.gateway.addresses import is_sid

#: The records of Twilio's largest page (https://www.twilio.com/docs/usage/twilios-response#pagination).
PAGE = 1000
#: How often a page may be requested or received: an empty page may name itself, and have its records later.
_TWICE = 2


class Pages:
    """
    Detects a list that never ends: keeps one hash for each page, and the records' keys of the last page.

    Args:
        what: The name of the list, for the operator.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._asked: Counter[int] = Counter()
        self._come: Counter[int] = Counter()
        self._before: frozenset[str | int] | None = None

    def ask(self, url: str) -> None:
        """
        Record a request for a page.

        Raises:
            WrongAnswer: The page was already requested twice.
        """
        self._count(self._asked, hash(url))

    def take(self, marks: Iterable[str | int], *, follows: bool) -> None:
        """
        Record a received page by the marks of its records.

        Raises:
            WrongAnswer: Another page follows, and this one was already received twice or has no new record.
        """
        this, before = frozenset(marks), self._before
        if follows and this:
            self._count(self._come, hash(this))
        # After one empty page the next may be full; two in a row mean that the list never ends.
        if follows and before is not None and this <= before and bool(this) == bool(before):
            raise self._endless()
        self._before = this

    def _count(self, times: Counter[int], page: int) -> None:
        times[page] += 1
        if times[page] > _TWICE:
            raise self._endless()

    def _endless(self) -> WrongAnswer:
        return WrongAnswer(Reason(Cause.READ_ENDLESS, {"what": self._what}))


def once_each(rows: list[LogRecord], before: frozenset[str]) -> tuple[list[LogRecord], frozenset[str]]:
    """
    Leave out repeated rows, on the same page or with a sid in *before*: a list that grows meanwhile repeats some.

    Rows without a valid sid stay, and so do rows of one page with the same sid and different ends.

    Returns:
        The rows, and the page's sids to pass on for the next page.
    """
    try:
        sids = frozenset([row.sid for row in rows])
        if len(sids) == len(rows) and sids.isdisjoint(before):
            return rows, sids
    except TypeError:
        pass
    left, here, seen = [], set(), set()
    for row in rows:
        sid, key = row.sid, repr([row.sid, row.to, row.from_])
        if isinstance(sid, str) and is_sid(sid):
            here.add(sid)
            if key in seen or sid in before:
                continue
            seen.add(key)
        left.append(row)
    return left, frozenset(here)
