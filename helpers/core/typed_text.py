"""Comparison of typed text with the text that had to be typed.  Pure."""

import re
from collections.abc import Iterable
from unicodedata import category, decimal, decomposition, normalize
from unicodedata import name as unicode_name

from helpers.core.records import Number

#: Unicode's categories of signs that are not drawn.
_NOT_DRAWN = {"Cc", "Cf", "Cs", "Co", "Cn"}
#: Signs that are not drawn either, although Unicode counts them as letters, marks or symbols: fillers, selectors.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
#: Unicode's signs that are made of digits and are none: footnotes, fractions, numbers in circles.
_MARKS = ("<super>", "<sub>", "<circle>", "<fraction>")
#: A word processor writes these for what the keyboard has.
_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u02bc", "'"))
_QUOTES |= str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'))
_UNSPACED = str.maketrans("", "", " -()./")
#: Greek and Cyrillic letters that are drawn like a Latin one: https://www.unicode.org/Public/security/latest/confusables.txt
_TWINS = str.maketrans(
    "\u0391\u0410\u0392\u0412\u03f9\u0421\u0395\u0415\u0397\u041d\u0399\u0406\u04c0\u037f\u0408\u039a"
    "\u041a\u039c\u041c\u039d\u039f\u041e\u03a1\u0420\u0405\u03a4\u0422\u03a7\u0425\u03a5\u0423\u04ae"
    "\u0396\u03b1\u0430\u03f2\u0441\u0501\u0435\u04bb\u0456\u03f3\u0458\u04cf\u03bf\u043e\u03c1\u0440"
    "\u051b\u0455\u03bd\u051d\u0445\u0443",
    "AABBCCEEHHIIIJJKKMMNOOPPSTTXXYYYZaaccdehijjlooppqsvwxy",
)
#: What no keyboard has: emoji and other pictures, but for a few symbols, and letters of a drawn typeface.
_PICTURES, _SYMBOL_KEYS, _TYPEFACES = {"So", "Me"}, "©®™°№¦", ("<font>", "<circle>", "<square>")


def is_sentence(typed: str, sentence: str) -> bool:
    """
    Check whether *typed* is this sentence or name, as ``comparable`` reads both.

    >>> is_sentence(" release 37  numbers of Acme", "release 37 numbers of Acme"), is_sentence("", "Acme")
    (True, False)
    >>> is_sentence("Acme \u201cA\u201d \u2013 1", 'Acme "A" - 1'), is_sentence("Acme 11", "Acme 1-1")
    (True, False)
    """
    return comparable(typed) == comparable(sentence)


def not_typed(typed: str, names: Iterable[str]) -> list[str]:
    """
    List the names that are missing from the typed text, the longest first.

    >>> not_typed("Acme PROD, Live  EU", ["Live EU", "Acme PROD", "Live US"])
    ['Live US']
    """
    left, missing = comparable(typed), []
    # The longest first, because one name may be a part of another.  No splitting: a name may hold a comma.
    for name in sorted(names, key=len, reverse=True):
        before, match, after = left.partition(comparable(name))
        left = f"{before} {after}"
        missing += [] if match else [name]
    return missing


def comparable(text: str) -> str:
    """
    Write a name or a sentence as it is compared: what only looks different is the same, and nothing else is.

    Invisible signs are removed, typographic quotes and dashes become those of a keyboard, a run of space becomes one,
    and accents are composed.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = normalize("NFC", visible(text)).translate(_QUOTES)
    return " ".join("".join("-" if _is_dash(sign) else sign for sign in seen).split())


def visible(text: str) -> str:
    r"""
    Remove the invisible characters from a text: nobody types them.

    >>> visible("Acme\u200b \u202eGmbH"), visible("\u3164\u2800")
    ('Acme GmbH', '')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in _FILLERS.sub("", text) if sign.isspace() or category(sign) not in _NOT_DRAWN)


def in_latin(text: str) -> str:
    r"""
    Write a name with Latin letters where other ones look the same.

    >>> in_latin("\u0410cme \u041c\u043e\u0441\u043a\u0432\u0430"), in_latin("\uff21cme")
    ('Acme Moc\u043a\u0432a', 'Acme')
    """
    return normalize("NFKC", comparable(text)).translate(_TWINS)


def is_writable(name: str) -> bool:
    r"""
    Tell whether people can see how to write a name: it has something to be seen, no emoji or drawn letter, one script.

    >>> [is_writable(name) for name in ("Zürich №1", "東京", " \u200b", "Acme \U0001f525", "\U0001d400cme")]
    [True, True, False, False, False]
    >>> [is_writable(name) for name in ("\u0410cme", "Acme \u041e\u041e\u041e", "Acme \u042f")]
    [False, False, True]
    """
    seen = comparable(name)
    is_drawn = any(
        (category(sign) in _PICTURES and sign not in _SYMBOL_KEYS) or decomposition(sign).startswith(_TYPEFACES)
        for sign in seen
    )
    words = re.findall(r"\w+", seen)
    return bool(seen) and not is_drawn and not any(map(_mixes_scripts, words)) and not _hides_script(seen)


def _mixes_scripts(word: str) -> bool:
    """Tell whether letters of a word look Latin beside Latin ones: nobody sees which of them are."""
    return any(ord(sign) in _TWINS for sign in word) and any(map(_is_latin, word))


def _hides_script(name: str) -> bool:
    """Tell whether a name has letters that look Latin, and none by which its other script is seen."""
    others = [sign for sign in name if sign.isalpha() and not _is_latin(sign)]
    return bool(others) and all(ord(sign) in _TWINS for sign in others)


def _is_latin(sign: str) -> bool:
    return unicode_name(sign, "").startswith("LATIN ")


def is_typed_back(typed: str, number: Number) -> bool:
    """
    Check whether *typed* is this number, ignoring invisible signs, spaces and punctuation.

    >>> number = Number("PN1", "AC1", "+14155550123", "", {})
    >>> is_typed_back("+1 (415) 555-0123", number), is_typed_back("4155550123", number), is_typed_back("", number)
    (True, False, False)
    >>> is_typed_back("\u2018\uff0b\uff11 415 5550123\u2019", number)
    True
    """
    return unspaced(plain_digits(typed).translate(_QUOTES).strip(" '\"")) == number.phone_number


def plain_digits(text: str) -> str:
    r"""
    Write the digits of any script, and signs of full width, as a keyboard has them; a footnote's mark is none.

    >>> plain_digits("\uff0b\uff11\u0662"), plain_digits("1\u00b2") == "1\u00b2"
    ('+12', True)
    """
    if text.isascii():
        return visible(text)
    # A footnote's mark is no digit of the number beside it.
    signs = (sign if decomposition(sign).startswith(_MARKS) else normalize("NFKC", sign) for sign in visible(text))
    return "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in "".join(signs))


def unspaced(typed: str) -> str:
    r"""
    Remove invisible signs, spaces, dashes and punctuation from a typed number.

    >>> unspaced("\u202a+1\u2009(415)\u2011555\u22120123")
    '+14155550123'
    """
    if typed.isascii() and typed.isprintable():
        return typed.translate(_UNSPACED)
    return "".join(sign for sign in visible(typed) if not (sign.isspace() or _is_dash(sign) or sign in "()./"))


def _is_dash(sign: str) -> bool:
    return category(sign) == "Pd" or sign == "\u2212"
