"""The search in a journal: by number, name, account, person or reason.  Pure."""

import re
from collections.abc import Iterator

from helpers.journal.entries import Entry

#: The details of an entry that people look for.
_DETAILS = ("account_name", "target_name", "who", "why", "reason_code", "ticket", "restored_by", "new_sid", "owner")

#: The signs of a number or of a sid that tell it from others.
_ENOUGH = 3
#: A part of a phone number, as people write one.
_PHONE = re.compile(r"[+(]*[0-9][-+0-9().]*")


def matches(entry: Entry, text: str) -> bool:
    """
    Tell whether an entry holds every word of a text, in any of its number, name, account, people or reasons.

    Capitals do not count.  Of a phone number any three digits in their order do, however they are spaced; of a sid its
    beginning or its end.
    """
    known = "\n".join(_texts(entry)).casefold()
    sids = [sid.casefold() for sid in (entry.number_sid, entry.account_sid)]
    digits = _digits(entry.phone_number)

    def names_it(word: str) -> bool:
        # A sign or two stand in every number and in every sid.
        if len(word) < _ENOUGH:
            return False
        is_phone = _PHONE.fullmatch(word) and len(_digits(word)) >= _ENOUGH and _digits(word) in digits
        return bool(is_phone) or any(sid.startswith(word) or sid.endswith(word) for sid in sids)

    words = text.casefold().split()
    if _PHONE.fullmatch(number := "".join(words)) and names_it(number):
        return True
    return all(word in known or names_it(word) for word in words)


def plain_part(word: str) -> str:
    """
    Return the longest part of a word that every database compares alike: ASCII letters and digits.

    >>> plain_part("Zoë-Müller"), plain_part("(917)"), plain_part("ü")
    ('ller', '917', '')
    """
    # To "ß", "ss" is the same letter without capitals.
    return max(re.findall(r"[A-Za-z0-9]+", re.sub("(?i)ss", " ", word)), key=len, default="")


def _texts(entry: Entry) -> Iterator[str]:
    if entry.number is not None:
        yield entry.number.friendly_name
    for row in entry.rows:
        yield from (str(row.detail[name]) for name in _DETAILS if row.detail.get(name))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())
