"""
Whether a list comes to its end: what of it is remembered while its pages are read.  Pure.

Twilio's own examples have a page that names itself as the next one.  Only the link tells whether
another page follows, so a list that leads back to itself would be read for ever.
"""

from collections import Counter
from collections.abc import Sequence

from helpers.core.errors import WrongAnswer
from helpers.gateway.addresses import is_sid

#: How often a page may come, or be asked for: an empty one may name itself, and come with its records then.
_TWICE = 2


class Pages:
    """
    Remembers of a list's pages, however many there are, a number each, and of the last one which records it had.

    Args:
        what: What is read, for the operator.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._asked: Counter[int] = Counter()
        self._come: Counter[int] = Counter()
        self._before: frozenset[str | int] | None = None

    def ask(self, url: str) -> None:
        """
        Take note that a page is asked for.

        Raises:
            WrongAnswer: It was asked for twice already.
        """
        self._count(self._asked, hash(url))

    def take(self, marks: Sequence[str | int], *, follows: bool) -> list[bool]:
        """
        Tell of each record of a page, known by its mark, whether it is new on this page and against the one before it.

        A record without a sid always is: two that are alike may be two.

        Raises:
            WrongAnswer: Another page follows, and this one came twice already, or it has nothing new.
        """
        this, before = frozenset(marks), self._before
        if follows and this:
            self._count(self._come, hash(this))
        # One empty page is a gap, and the next one may be full; two are none.
        if follows and before is not None and this <= before and bool(this) == bool(before):
            raise self._endless()
        self._before = this
        if len(this) == len(marks) and this.isdisjoint(before or ()):
            return [True] * len(marks)
        seen, fresh = set(before or ()), []
        for mark in marks:
            fresh.append(mark not in seen or not (type(mark) is str and is_sid(mark)))
            seen.add(mark)
        return fresh

    def _count(self, times: Counter[int], which: int) -> None:
        times[which] += 1
        if times[which] > _TWICE:
            raise self._endless()

    def _endless(self) -> WrongAnswer:
        return WrongAnswer(
            f"Reading {self._what} failed: the list never ends, because its pages lead back to what was read before. "
            "Nothing was changed."
        )
