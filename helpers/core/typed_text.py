"""What somebody typed, compared with what had to be typed: the kit's one comparer.  Pure."""

from collections.abc import Iterable
from unicodedata import category, normalize

from helpers.core.records import Number


def is_sentence(typed: str, sentence: str) -> bool:
    """
    Tell whether somebody typed these very words, however they spaced them and their keyboard writes accents.

    >>> is_sentence(" release 37  numbers of Acme", "release 37 numbers of Acme"), is_sentence("", "Acme")
    (True, False)
    """
    return _plain(typed) == _plain(sentence)


def not_typed(typed: str, names: Iterable[str]) -> list[str]:
    """
    List the names that do not stand in what was typed, the longest first.

    >>> not_typed("Acme PROD, Live  EU", ["Live EU", "Acme PROD", "Live US"])
    ['Live US']
    """
    left, missing = _plain(typed), []
    # The longest first, because a name may be a part of another, and may hold a comma.
    for name in sorted(names, key=len, reverse=True):
        before, found, after = left.partition(_plain(name))
        left = f"{before} {after}"
        missing += [] if found else [name]
    return missing


def _plain(text: str) -> str:
    """Keep what somebody sees of a text: one space between words, accents written one way."""
    return " ".join(normalize("NFC", visible(text)).split())


def visible(text: str) -> str:
    r"""
    Take the signs out of a text that nobody sees, and so nobody types.

    >>> visible("Acme\u200b \u202eGmbH")
    'Acme GmbH'
    """
    return "".join(sign for sign in text if sign.isspace() or category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def is_typed_back(typed: str, number: Number) -> bool:
    """
    Tell whether somebody typed this number, however they spaced it.

    >>> number = Number("PN1", "AC1", "+14155550123", "", {})
    >>> is_typed_back("+1 (415) 555-0123", number), is_typed_back("4155550123", number), is_typed_back("", number)
    (True, False, False)
    """
    return unspaced(typed) == number.phone_number


def unspaced(typed: str) -> str:
    """Take out of a typed number what people put between its digits."""
    return "".join(sign for sign in typed if sign not in " -().\u00a0\u202f/")
