"""How people write a phone number in a list: read as digits, and never completed.  Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from helpers.core.typed_text import comparable, plain_digits, unspaced

#: The form in which an earlier export protected a number from spreadsheets, and what they make of one that is typed.
_FOR_EXCEL = re.compile(r'="([^"]*)"|=(\+\d+)')
#: Quotes and brackets that a spreadsheet, a mail or a word processor puts around a number.
_AROUND = " \"'`<>,;\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
#: What a chat writes around a bold text, and a list of a program around its items; what is ~~struck out~~ stays so.
_MARKUP = re.compile(r"\*\*(.+)\*\*|\*(.+)\*|_(.+)_|\[([^\[\]]+)\]")
#: Fewer digits than these are no number without its country code: too many numbers end with them.
_LEAST = 7
#: With a space behind it, "Tel: " is a label, as below a letter.
_SCHEME = re.compile(r"(?:tel|phone|mobile|mobil|fax|sms|smsto|mms|rcs|whatsapp|callto):(?://)?(?=\S)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:[^\W\d_]+[.:]*\s*){1,2}(?=[+(\d])|[•·▪‣◦*☎☏📞📱☐☑✅✓✔□→►]\s*(?=[+(\d])|(?:\d{1,3}|[a-z])[.)]\s+(?=[+(])"
    r"|[-\u2013\u2014]?\s*\[[ xX]?\]\s*(?=[+(\d])|[-\u2013\u2014]\s*(?=[+(\d])"
)
#: A whole number among words, and what may stand before it: its place in a list.
_INSIDE, _ITS_PLACE = (
    re.compile(r"\+\d(?:[ ().-]{0,2}\d)+"),
    re.compile(r"(?:no|nr|n°|#)?[ .]{0,2}\d{1,3}[.:)]?", re.IGNORECASE),
)
#: The most signs of a cell that is read as a number.
_MOST = 200
_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext\.?|x|#)\s*=?\s*\d{1,6}", re.IGNORECASE)
#: What a spreadsheet makes of a number: a float, a sum of money.
_FLOAT, _THOUSANDS = re.compile(r"(\d{7,})[.,]0{1,2}"), re.compile(r"\d{1,3}(?:,\d{3})+")
#: Or what it shows of one: 1.41556E+10, or ##### where the column is too narrow.
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*(?:E|[x\u00d7*\u00b7]\s*10\s*\^?)\s*\+?\d+|#{3,}", re.IGNORECASE)
#: A day, which has as many digits as a number of a small town.
_DAY = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./-]\d\d?[./-]\d{4}")
#: A whole number, as nobody can read it otherwise: no bullet, no last digit apart, no end of another after a slash.
_WHOLE = re.compile(r"\+\d+(?:(?:[ ./-]?\(\d+\)[ ./-]?|[ ./-])\d+)*(?<=\d\d)(?<!/\d\d)(?<!/\d\d\d)")
_DIGITS = re.compile(r"\(?\d(?:[ ().-]{0,2}\d)+")
#: What is dialled before the country code of another country.
_INTERNATIONAL = ("00", "011", "0011", "010", "810")
#: Country code -> what is dialled before a number inside that country, where that is something else than 0.
_TRUNKS = {"7": "8", "36": "06", "375": "8"}


@dataclass(frozen=True, slots=True)
class Spelling:
    """The digits of a phone number, as somebody wrote them."""

    digits: str
    #: Whether they begin with the country code, after a plus.
    international: bool
    #: Whether they are the whole number, and nothing but punctuation and a scheme, like ``tel:``, stands around them.
    in_full: bool

    def could_be(self, e164: str) -> bool:
        """
        Tell whether a number may be written so without its plus: whole, or from the area code on, or from later on.

        >>> written = "02079460123", "00442079460123", "7946012"
        >>> [Spelling(digits, False, False).could_be("+442079460123") for digits in written]
        [True, True, False]
        """
        own = e164[1:]
        if own.endswith((self.digits, self.digits.removeprefix("0"))):
            return True
        return self.digits in {f"{prefix}{own}" for prefix in _INTERNATIONAL} | {
            trunk + own.removeprefix(country) for country, trunk in _TRUNKS.items() if own.startswith(country)
        }


def plain_cell(cell: str) -> str:
    r"""
    Remove from a cell what a spreadsheet, a word processor or a paste adds to it.

    >>> plain_cell('="+14155550123"'), plain_cell("'+1415\u2009555\u200b"), plain_cell("\uff0b\uff11")
    ('+14155550123', '+1415 555', '+1')
    """
    text = plain_digits(cell).strip()
    written = _FOR_EXCEL.fullmatch(text)
    text = (written[written.lastindex or 0] if written else text).strip(_AROUND)
    marked = _MARKUP.fullmatch(text)
    return marked[marked.lastindex or 0].strip(_AROUND) if marked else text


def spelled(text: str) -> Spelling | None:
    """
    Read a text of ``plain_cell`` as one phone number; None for everything else.

    >>> spelled("(415) 555-0123")
    Spelling(digits='4155550123', international=False, in_full=False)
    >>> spelled("tel:+1-415-555-0123")
    Spelling(digits='14155550123', international=True, in_full=True)
    >>> spelled("+44 (0)20 7946 0123"), spelled("1.41556E+10"), spelled("+14155550123, +14155550124")
    (Spelling(digits='442079460123', international=True, in_full=False), None, None)
    >>> spelled("Ann Lee: +14155550123 (office)")
    Spelling(digits='14155550123', international=True, in_full=False)
    """
    if len(text) > _MOST:
        return None
    return _spelled(text) or _among_words(text)


def _among_words(text: str) -> Spelling | None:
    """Read the only whole number among words; None where other digits stand beside it."""
    found = _INSIDE.findall(text)
    words = around(text)
    if len(found) != 1 or (any(map(str.isdigit, words)) and not _ITS_PLACE.fullmatch(words)):
        return None
    has_letters = any(map(str.isalpha, words)) or _ITS_PLACE.fullmatch(words)
    return Spelling(unspaced(found[0])[1:], international=True, in_full=False) if has_letters else None


def around(cell: str) -> str:
    """
    Return what stands around a number in its cell.

    >>> around("Ann Lee: +14155550123"), around("(415) 555-0123"), around("keep 4155550123")
    ('Ann Lee:', '', 'keep')
    """
    text = _SCHEME.sub("", plain_cell(cell[:_MOST]), count=1)
    whole = _INSIDE if _INSIDE.search(text) else _DIGITS
    return whole.sub("", text, count=1).strip(" ,;-\u2013")


def _spelled(text: str) -> Spelling | None:
    bare = _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text
    body = _LABEL.sub("", bare, count=1) if _LABEL.match(bare) else bare
    end = next((match for match in _EXTENSION.finditer(body) if match.end() == len(body)), None)
    body = body[: end.start()] if end else body
    if number := _FLOAT.fullmatch(body):
        body = number[1]
    elif _THOUSANDS.fullmatch(body):
        body = body.replace(",", "")
    if _DAY.fullmatch(body):
        return None
    if not body[:1].isdigit() and body[:1] not in {"+", "("}:
        return None
    trunk = body.startswith(("+", "00")) and "(0)" in body
    found = re.fullmatch(r"(\+?)(\d{5,19})", unspaced(body.replace("(0)", "", 1) if trunk else body))
    if found is None or (not found[1] and len(found[2]) < _LEAST):
        return None
    in_full = bool(_WHOLE.fullmatch(comparable(body))) and len(body.splitlines()) == 1
    in_full = in_full and not trunk and end is None and len(body) == len(bare)
    return Spelling(found[2], international=bool(found[1]), in_full=in_full)


def is_shortened(text: str) -> bool:
    """Tell whether a text of ``plain_cell`` is what a spreadsheet shows of a number that it shortened."""
    return bool(_SHORTENED.fullmatch(text))


def ends(e164s: Collection[str]) -> dict[str, list[str]]:
    """Collect numbers by their last digits, by which those that a spelling could be are found."""
    found: dict[str, list[str]] = {}
    for e164 in e164s:
        found.setdefault(end_of(e164), []).append(e164)
    return found


def end_of(digits: str) -> str:
    """Return the last digits of a number, as many as a spelling has at the least."""
    return digits[-_LEAST:]
