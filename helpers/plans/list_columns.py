"""Which column of a list holds the numbers, which one their sids, which one their accounts.  Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from helpers.core.errors import ListUnreadable
from helpers.plans.list_table import Row
from helpers.plans.list_words import NUMBER_PARTS, NUMBER_WORDS, Asks, asks, is_gap, without_accents
from helpers.plans.spelling import around, is_shortened, plain_cell, spelled

#: Words beside one for a number, in the name of a column that holds nothing else.
_BESIDE_THEM = {"e", "164", "no", "nr", "n", "o", "de", "di", "do", "of", "the", "format", "twilio", "our", "your"}
_SIDS = {"sid", "sids", "phonenumbersid", "numbersid", "phonesid", "pnsid", "twiliosid"}
_ACCOUNTS = {
    *("accountsid", "subaccountsid", "account", "subaccount", "accountname", "subaccountname", "twilioaccount"),
    *("konto", "unterkonto", "kontoname", "compte", "souscompte", "cuenta", "subcuenta", "conto", "conta", "subconta"),
}
#: Words of the name of a column that has the beginning of a number, and such a beginning.
_CODES = {
    *(
        "cc",
        "code",
        "codes",
        "area",
        "prefix",
        "country",
        "npa",
        "ndc",
        "vorwahl",
        "landesvorwahl",
        "ortsvorwahl",
        "land",
    ),
    *(
        "indicatif",
        "pays",
        "prefijo",
        "pais",
        "lada",
        "ddd",
        "ddi",
        "prefisso",
        "paese",
        "prefixo",
        "landnummer",
        "kengetal",
    ),
}
_CODE = re.compile(r"\(?\+?\d{1,5}\)?")
#: Words of a sentence to the one who gets the list: no column is called so.
_TO_THE_READER = {
    *("please", "pls", "kindly", "hi", "hello", "hey", "dear", "thanks", "thank", "these", "those", "following"),
    *("bitte", "hallo", "liebe", "lieber", "danke", "diese", "folgende", "bonjour", "merci", "veuillez", "suivants"),
    *("hola", "gracias", "estos", "siguientes", "ciao", "grazie", "questi", "seguenti", "ola", "obrigado", "estes"),
}
_END_OF_SENTENCE = re.compile(r"(?:[!?:,;…]|\w{4,}[.])\s*")
#: The most words of a column's name; so few words make a sentence, where its end is marked.
_MOST_WORDS, _LEAST_WORDS = 5, 3
#: A text of so many digits is a number, or was meant as one.
LEAST_DIGITS = 7
#: What has fewer digits is no number; to see that is faster than to read it.
_LEAST_OF_NUMBER = 5
_SID, _ACCOUNT_SID = re.compile(r"PN[0-9a-fA-F]{32}"), re.compile(r"AC[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list that are read, and its rows below the one that names them."""

    number: int | None
    sid: int | None
    account: int | None
    #: Whether nothing but the names tells which of them holds the numbers, or no other column could hold them.
    certain: bool
    #: Whether the sheet does not show them: whoever sent the list saw the numbers of another one.
    hidden: bool
    #: The columns left of the numbers in which their first digits are.
    codes: tuple[int, ...]
    #: The cells of the row that names the columns; None where no row does.
    head: tuple[str, ...] | None
    #: What the sheet has of that row besides its cells.
    head_note: str
    rows: tuple[Row, ...]
    #: The places of the rows that have something that may be a number or its sid.
    places: frozenset[int]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns of numbers and sids, as the list has them; none where it names none."""
        return tuple(filter(None, (self.name(at) for at in (self.number, self.sid) if at is not None)))

    def name(self, at: int) -> str:
        """Return the name of a column; empty where it has none."""
        return self.head[at].strip() if self.head and at < len(self.head) else ""

    def is_only_telling(self, name: str) -> bool:
        """Tell whether a name has a word for a phone number, and none for anything else."""
        return bool(_called((name,), only=True))

    def names_a_number(self, row: Row) -> bool:
        """Tell whether a row has something that may be a number or its sid."""
        return row.place in self.places


def find_columns(rows: Sequence[Row], *, is_ours: Callable[[str], bool], hidden: frozenset[int]) -> Columns:
    """
    Find the columns by their names; by what is in them where the names do not tell, which is not certain.

    Args:
        is_ours: Tells whether a cell can be read as a number of the company: of two columns that could be meant, it may
            be the only one.

        hidden: The columns that the sheet does not show, from 0.

    Raises:
        ListUnreadable: The list is empty, no column holds numbers, or more than one could be meant.
    """
    filled = [row for row in rows if not row.is_blank]
    if not filled:
        raise ListUnreadable("The list is empty. Nothing was taken from the list.")
    head, body = _split(filled)
    if head is None and len(body) == 1:
        # One line of numbers, as people write it into a mail.
        body = _parted(body[0])
    names = head.cells if head else ()
    whole = [[row.cells[at] for row in body if at < len(row.cells)] for at in range(_width(body, names))]
    cells = [[plain_cell(cell) for cell in column if _may_be_number(cell)] for column in whole]
    holding = {at for at, column in enumerate(cells) if any(map(_holds_number, column))}
    sids = {at for at, column in enumerate(cells) if any(map(_SID.fullmatch, column))}
    called = _called(names)
    numbers = _best(holding or called, names)
    number = _only(numbers, cells, names, is_ours)
    sids = _named(sids - {number}, names, _SIDS)
    sid = _only(sids, cells, names, is_ours)
    # Where two columns hold numbers of ours, the operator looks, unless one is called exactly as ours are.
    ours = [at for at in holding if any(map(is_ours, cells[at]))]
    alone = len(ours) < 2 or (number is not None and number < len(names) and _joined(names[number]) == "phonenumber")
    certain = number is None or (len(numbers) == 1 and (number in called or not called) and alone)
    certain = certain and len(sids) < 2
    if number is None and sid is None:
        sid = next((at for at, name in enumerate(names) if _joined(name) in _SIDS), None)
    accounts = {at for at, column in enumerate(cells) if any(map(_ACCOUNT_SID.fullmatch, column))}
    accounts = _named(accounts, names, _ACCOUNTS) or {at for at, name in enumerate(names) if _joined(name) in _ACCOUNTS}
    account = accounts.pop() if len(accounts) == 1 else None
    if number is None and sid is None:
        raise ListUnreadable(
            "The list cannot be read: none of its columns holds phone numbers or their SIDs, one in a line. Nothing "
            "was taken from the list. Is it the right sheet, or the right file?"
        )
    codes = tuple(_codes(number, whole, names))
    read = [at for at in (number, sid) if at is not None]
    places = frozenset(row.place for row in body if any(_holds(row.cells[at]) for at in read if at < len(row.cells)))
    named, note = (head.cells, head.note) if head else (None, "")
    return Columns(number, sid, account, certain, not hidden.isdisjoint(read), codes, named, note, tuple(body), places)


def _parted(line: Row) -> list[Row]:
    """Part one line of numbers, at its separators and spaces; where words are in it, they may be meant for each."""
    cells = list(filter(str.strip, line.cells))
    parts = list(chain.from_iterable(re.split(r"\s+(?=\+\d)", cell.strip()) for cell in cells))
    whole = all((found := spelled(plain_cell(part))) is not None and found.in_full for part in parts)
    some = parts if whole else cells
    has_words = any(map(str.isalpha, "".join(around(part) for part in some)))
    return [line] if has_words else [Row(place, (part,)) for place, part in enumerate(some, 1)]


def _codes(number: int | None, cells: Sequence[Sequence[str]], names: Sequence[str]) -> Iterator[int]:
    """List the columns in which the first digits of the numbers are: by their names, or beside them without a name."""
    for at in range(number or 0):
        words = set(re.findall(r"[^\W_]+", without_accents(names[at]))) if at < len(names) else set()
        told = [plain_cell(cell) for cell in cells[at] if not is_gap(cell)]
        counts = all(cell == f"{place}" for place, cell in enumerate(told, 1))
        is_code = bool(words & _CODES) if words else not counts
        if told and is_code and all(map(_CODE.fullmatch, told)):
            yield at


def _split(rows: Sequence[Row]) -> tuple[Row | None, list[Row]]:
    """Part the row that names the columns from the others, a title above it among them; there may be no such row."""
    first = next((at for at, row in enumerate(rows) if any(map(_holds, row.cells))), len(rows))
    above = [row for row in rows[:first] if _may_name(row.cells)]
    # A title has fewer cells.
    head = max(above, key=lambda row: (sum(map(bool, row.cells)), _is_telling(row.cells)), default=None)
    return head, [row for row in rows if row is not head]


def _may_name(cells: Sequence[str]) -> bool:
    """Tell whether a row may name columns: it is no sentence, and nothing in it may be a number that would be lost."""
    digits = max(sum(map(str.isdigit, cell)) for cell in cells)
    has_words = any(map(str.isalpha, "".join(cells)))
    is_name = bool(_called(cells, only=True)) or not _is_sentence(cells)
    # One word alone may be the name of anything, and a gap is no name.
    many = sum(map(bool, map(str.strip, cells))) > 1 and not any(cell.strip() and is_gap(cell) for cell in cells)
    is_name = is_name and (many or _is_telling(cells) or any(asks(cell) is Asks.RELEASE for cell in cells))
    return has_words and digits < LEAST_DIGITS and is_name and (not digits or _is_telling(cells))


def _is_sentence(cells: Sequence[str]) -> bool:
    """Tell whether a row says something to its reader; its commas may have made columns of it."""
    said = [re.findall(r"[^\W\d_]+", without_accents(cell)) for cell in cells]
    ends = (len(words) >= _LEAST_WORDS and _ends_sentence(cell) for words, cell in zip(said, cells, strict=True))
    return any(len(words) > _MOST_WORDS or _TO_THE_READER & set(words) for words in said) or any(ends)


def _ends_sentence(text: str) -> bool:
    return any(match.end() == len(text) for match in _END_OF_SENTENCE.finditer(text))


def _is_telling(names: Sequence[str]) -> bool:
    return bool(_called(names) or _SIDS & set(map(_joined, names)))


def _may_be_number(cell: str) -> bool:
    return sum(map(str.isdigit, cell)) >= _LEAST_OF_NUMBER or "#" in cell or "e" in cell.casefold()


def _width(body: Sequence[Row], names: Sequence[str]) -> int:
    return len(names) or max((len(row.cells) for row in body), default=0)


def _holds(cell: str) -> bool:
    text = plain_cell(cell)
    return _holds_number(text) or bool(_SID.fullmatch(text))


def _holds_number(text: str) -> bool:
    return spelled(text) is not None or is_shortened(text)


def _best(places: Iterable[int], names: Sequence[str]) -> set[int]:
    """Keep the columns that are called a number most clearly."""
    every = set(places)
    own = {at for at, name in enumerate(names) if _joined(name) == "phonenumber"}
    return next(filter(None, (every & own, every & _called(names, only=True), every & _called(names))), every)


def _called(names: Sequence[str], *, only: bool = False) -> set[int]:
    """List the columns whose name has a word for a phone number; with *only*, no word for anything else."""
    found = set()
    for at, name in enumerate(names):
        words = set(re.findall(r"[^\W_]+", without_accents(name)))
        known = {word for word in words if word in NUMBER_WORDS or any(part in word for part in NUMBER_PARTS)}
        known |= {"e164"} & {_joined(name)}
        if known and _joined(name) not in _SIDS and not (only and words - known - _BESIDE_THEM):
            found.add(at)
    return found


def _named(places: set[int], names: Sequence[str], wanted: set[str]) -> set[int]:
    return {at for at in places if at < len(names) and _joined(names[at]) in wanted} or places


def _only(
    places: set[int], cells: Sequence[Sequence[str]], names: Sequence[str], is_ours: Callable[[str], bool]
) -> int | None:
    """Return the only column, or the only one of them that has a number of the company; None for none."""
    if len(places) > 1:
        places = {at for at in places if any(map(is_ours, cells[at]))} or places
    if len(places) > 1:
        told = ", ".join(names[at].strip() if at < len(names) and names[at].strip() else f"{at + 1}" for at in places)
        raise ListUnreadable(
            f"The list cannot be read: more than one of its columns could be meant ({told}). Nothing was taken from "
            "the list. Delete all of them but the right one, and write one number in a line."
        )
    return next(iter(places), None)


def _joined(name: str) -> str:
    return "".join(re.findall(r"[^\W_]+", without_accents(name)))
