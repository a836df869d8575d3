"""The company's numbers and accounts, found by what a list writes of them.  Pure."""

import re
from collections.abc import Iterable, Iterator

from helpers.core.records import Account, Number
from helpers.core.typed_text import comparable
from helpers.plans.spelling import Spelling, end_of, ends, plain_cell, spelled

_PN = re.compile(r"PN[0-9a-fA-F]{32}")
_WRITTEN = re.compile(r"\+?\(?\d(?:[ ().-]{0,2}\d)+")
#: Fewer digits are no whole number.
_LEAST = 8


def _folded(name: str) -> str:
    return comparable(name).casefold()


class NumberIndex:
    """The company's numbers and accounts, by their sids, numbers and last digits."""

    def __init__(self, numbers: Iterable[Number], accounts: Iterable[Account]) -> None:
        self.by_sid = {number.sid: number for number in numbers}
        self._accounts: dict[str, set[str]] = {}
        for account in accounts:
            for name in (account.sid, _folded(account.friendly_name), _folded(account.label)):
                self._accounts.setdefault(name, set()).add(account.sid)
        self._by_number: dict[str, list[Number]] = {}
        for number in self.by_sid.values():
            self._by_number.setdefault(number.phone_number, []).append(number)
        self._by_end = ends(self._by_number)

    def with_sid(self, sid: str) -> Number | None:
        """Find a number by its sid; Twilio writes its letters small."""
        return self.by_sid.get(f"PN{sid[2:].lower()}") if _PN.fullmatch(sid) else None

    def accounts_called(self, name: str) -> set[str]:
        """Find the sids of the accounts that have this sid or name."""
        return self._accounts.get(name) or self._accounts.get(_folded(name), set())

    def all_in(self, text: str) -> Iterator[Number]:
        """Find every number that a text names in any way, by itself or by its sid."""
        for written in _WRITTEN.findall(text):
            spelling = spelled(plain_cell(written))
            yield from self.meant(spelling) if spelling else []
        for sid in _PN.findall(text):
            yield from filter(None, [self.with_sid(sid)])

    def has_more(self, spelling: Spelling) -> bool:
        """Tell whether digits begin with a whole number of the company, and go on."""
        return any(f"+{spelling.digits[:length]}" in self._by_number for length in range(_LEAST, len(spelling.digits)))

    def meant(self, spelling: Spelling) -> list[Number]:
        """Find every number that a spelling could be."""
        if spelling.international:
            return self._by_number.get(f"+{spelling.digits}", [])
        near = self._by_end.get(end_of(spelling.digits), [])
        return [number for e164 in near if spelling.could_be(e164) for number in self._by_number[e164]]

    def knows(self, text: str) -> bool:
        """Tell whether a cell is the sid or a spelling of a number of the company."""
        spelling = spelled(text)
        return self.with_sid(text) is not None or bool(spelling and self.meant(spelling))
