"""
Whether a list comes to its end, and which of its records come twice.  Pure.

Twilio's own examples have a page that names itself as the next one.  Only the link tells whether
another page follows, so a list that leads back to itself would be read for ever.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

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

    def take(self, marks: Iterable[str | int], *, follows: bool) -> None:
        """
        Take note of a page that came, by the marks of its records.

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

    def _count(self, times: Counter[int], which: int) -> None:
        times[which] += 1
        if times[which] > _TWICE:
            raise self._endless()

    def _endless(self) -> WrongAnswer:
        return WrongAnswer(
            f"Reading {self._what} failed: the list never ends, because its pages lead back to what was read before. "
            "Nothing was changed."
        )


def once_each(rows: list[dict[str, Any]], before: frozenset[str]) -> tuple[list[dict[str, Any]], frozenset[str]]:
    """
    Leave out rows that came before, on the same page or among *before*: a list that grows meanwhile repeats some.

    Nothing is left out for a sid that is none, or that rows of the same page with other ends have as well.

    Returns:
        The rows, and the page's sids, for the next page.
    """
    try:
        sids = frozenset([row["sid"] for row in rows])
        if len(sids) == len(rows) and sids.isdisjoint(before):
            return rows, sids
    except (KeyError, TypeError):
        pass
    left, here, seen = [], set(), set()
    for row in rows:
        sid, key = row.get("sid"), repr([row.get(name) for name in ("sid", "to", "from")])
        if isinstance(sid, str) and is_sid(sid):
            here.add(sid)
            if key in seen or sid in before:
                continue
            seen.add(key)
        left.append(row)
    return left, frozenset(here)
