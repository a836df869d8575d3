"""Comparison of typed text with the text that had to be typed.  Pure."""

from collections.abc import Iterable
from unicodedata import category, normalize

from helpers.core.records import Number


def is_sentence(typed: str, sentence: str) -> bool:
    """
    Check whether *typed* is this sentence, ignoring spacing and the encoding of accents.

    >>> is_sentence(" release 37  numbers of Acme", "release 37 numbers of Acme"), is_sentence("", "Acme")
    (True, False)
    """
    return _plain(typed) == _plain(sentence)


def not_typed(typed: str, names: Iterable[str]) -> list[str]:
    """
    List the names that are missing from the typed text, the longest first.

    >>> not_typed("Acme PROD, Live  EU", ["Live EU", "Acme PROD", "Live US"])
    ['Live US']
    """
    left, missing = _plain(typed), []
    # The longest first, because one name may be a part of another.  No splitting: a name may hold a comma.
    for name in sorted(names, key=len, reverse=True):
        before, match, after = left.partition(_plain(name))
        left = f"{before} {after}"
        missing += [] if match else [name]
    return missing


def _plain(text: str) -> str:
    """Reduce a text to its visible characters, with single spaces and composed accents."""
    return " ".join(normalize("NFC", visible(text)).split())


def visible(text: str) -> str:
    r"""
    Remove the invisible characters from a text: nobody types them.

    >>> visible("Acme\u200b \u202eGmbH")
    'Acme GmbH'
    """
    return "".join(sign for sign in text if sign.isspace() or category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def is_typed_back(typed: str, number: Number) -> bool:
    """
    Check whether *typed* is this number, ignoring spacing and punctuation.

    >>> number = Number("PN1", "AC1", "+14155550123", "", {})
    >>> is_typed_back("+1 (415) 555-0123", number), is_typed_back("4155550123", number), is_typed_back("", number)
    (True, False, False)
    """
    return unspaced(typed) == number.phone_number


def unspaced(typed: str) -> str:
    """Remove spaces and punctuation from a typed number."""
    return "".join(sign for sign in typed if sign not in " -().\u00a0\u202f/")
