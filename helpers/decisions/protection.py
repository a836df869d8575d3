"""
The protected numbers, accounts and names, which are never released: a file in the kit's data folder.

Protecting takes one click; to unprotect, the operator types the entry back.  A file that cannot be read protects
every number.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from enum import Enum
from functools import cache, partial
from pathlib import Path
from typing import Any
from unicodedata import normalize

from helpers.core.atomic_file import put
from helpers.core.errors import ProtectionRefused, ProtectionUnreadable
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number
from helpers.core.typed_text import is_sentence, unspaced


class Kind(Enum):
    """The kinds of entries in the file."""

    NUMBER = "number"
    ACCOUNT = "account"
    NAME = "name"


#: An example of each kind, shown beside the input field.
EXAMPLES = {Kind.NUMBER: "+14155550123", Kind.ACCOUNT: "AC…", Kind.NAME: "hotline"}
#: A text of any other shape would cover nothing, or everything.
_SHAPES = {
    Kind.NUMBER: r"\+[1-9][0-9]{4,14}",
    Kind.ACCOUNT: r"AC[0-9a-fA-F]{32}",
    Kind.NAME: r"(?=.*[^\s*])\S(.*\S)?",
}
#: Seconds to wait for another notebook that is writing; writing takes milliseconds.
_PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Protected:
    """One entry of the file."""

    kind: Kind
    #: An E.164 number, an account's sid, or a part of a name; with a ``*``, which matches any text, a whole name.
    what: str
    why: str
    who: str
    #: The day of the protection, ISO.
    since: str

    def covers(self, number: Number, account: Account) -> bool:
        """
        Tell whether it covers a number: by the number, by its account, or by the name of either.

        >>> number = Number("PN1", "AC1", "+14155550123", "Old hotline", {})
        >>> account = Account("AC1", "Shop", "active", "Full", "AC1")
        >>> [Protected(Kind.NAME, text, "", "", "").covers(number, account) for text in ("HOT", "shop", "hot*")]
        [True, True, False]
        """
        if self.kind is Kind.NUMBER:
            return self.what == number.phone_number
        if self.kind is Kind.ACCOUNT:
            return self.what == number.account_sid
        names = (number.friendly_name, account.friendly_name)
        return any(_compile(self.what).fullmatch(_normalize(name)) for name in names)


class Protection:
    """The file of protections, read again each time because another notebook may have changed it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> tuple[Protected, ...]:
        """
        Read all protections; there are none if the file does not exist.

        Raises:
            ProtectionUnreadable: The file exists and cannot be read.
        """
        try:
            return _parse(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except OSError as failure:
            why = failure.strerror
        except UnicodeDecodeError:
            why = "it is not UTF-8 text"
        except RecursionError:
            why = "it is no list of protections"
        except ValueError as failure:
            why = str(failure)
        raise ProtectionUnreadable(Reason(Cause.PROTECTED, {"file": str(self.file), "problem": why}))

    def find(self, number: Number, account: Account) -> Reason | None:
        """Find the protection that covers a number; None if there is none."""
        find = self.finder()
        return find(number, account) if find else None

    def finder(self) -> Callable[[Number, Account], Reason | None] | None:
        """Read the file once, and return a function that finds the protection of any number; None if there are none."""
        try:
            lines = self.read()
        except ProtectionUnreadable as unreadable:
            everything = unreadable.reason
            return lambda number, account: everything  # noqa: ARG005  # every number is protected
        return partial(_find_covering, lines) if lines else None

    def protect(self, line: Protected) -> None:
        """
        Add a protection.

        Raises:
            ProtectionRefused: It does not have the shape of its kind, exists already, or cannot be written.
            ProtectionUnreadable: The file cannot be read.  Nothing was written.
        """
        if line.kind is Kind.NAME and line.what and not line.what.strip(" *"):
            raise ProtectionRefused("Nothing was protected: a pattern needs more than stars, or it covers everything.")
        if not re.fullmatch(_SHAPES[line.kind], line.what):
            raise ProtectionRefused(
                f"Nothing was protected: {line.what.strip() or 'nothing'} is not written like {EXAMPLES[line.kind]}; "
                "nothing is guessed."
            )
        with self._alone():
            lines = self.read()
            if any((other.kind, other.what) == (line.kind, line.what) for other in lines):
                raise ProtectionRefused(f"{line.what} is protected already. Nothing was changed.")
            self._write((*lines, line))

    def unprotect(self, line: Protected, *, typed: str) -> None:
        """
        Remove a protection.

        Args:
            typed: The text that the operator typed to confirm.

        Raises:
            ProtectionRefused: It was not typed back, does not exist any more, or cannot be written.
            ProtectionUnreadable: The file cannot be read.  Nothing was changed.
        """
        with self._alone():
            lines = self.read()
            if line not in lines:
                raise ProtectionRefused(f"{line.what} is not protected any more. Nothing was changed.")
            if not is_typed(typed, line):
                raise ProtectionRefused(f"Nothing was changed: what was typed is not {line.what}.")
            self._write(tuple(other for other in lines if other != line))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other notebooks from writing between our reading and our writing, so that no change is lost."""
        file = self.file.with_name(f"{self.file.name}.lock")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
        except (OSError, sqlite3.Error) as failure:
            raise _unwritable(failure) from None
        # Every operating system releases SQLite's lock when the process that holds it dies.
        with closing(lock):
            try:
                lock.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as failure:
                raise _unwritable(failure) from None
            yield

    def _write(self, lines: tuple[Protected, ...]) -> None:
        records = [{**asdict(line), "kind": line.kind.value} for line in lines]
        try:
            put(self.file, json.dumps(records, indent=1, ensure_ascii=False).encode(), private=True, durable=True)
        except OSError as failure:
            raise _unwritable(failure) from None


def is_typed(typed: str, line: Protected) -> bool:
    """Check whether *typed* is what a protection names: a number as numbers are compared, a name as names are."""
    return unspaced(typed) == line.what if line.kind is Kind.NUMBER else is_sentence(typed, line.what)


def _normalize(text: str) -> str:
    r"""
    Bring a name into the form in which names are compared: without case, and with each accent written one way.

    >>> _normalize("Zu\u0308rich") == _normalize("ZÜRICH")
    True
    """
    return normalize("NFC", normalize("NFD", text).casefold())


@cache
def _compile(text: str) -> re.Pattern[str]:
    """
    Compile a pattern of names, in which a star matches any text and every other character matches itself.

    A pattern without a star matches anywhere in a name: "landing" covers every name that contains it.

    >>> bool(_compile("[vip] *?").fullmatch("[vip] who?")), bool(_compile("[vip]").fullmatch("v"))
    (True, False)
    """
    first, *rest = (re.escape(part) for part in re.split(r"\*+", _normalize(text)))
    if not rest:
        return re.compile(f".*?{first}.*", re.DOTALL)
    # The atomic groups keep the search from trying a part twice: with many stars, that would take forever.
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{between}.*{rest[-1]}", re.DOTALL)


def _parse(text: str) -> tuple[Protected, ...]:
    lines = json.loads(text, object_pairs_hook=_unique_fields)
    if not isinstance(lines, list):
        raise ValueError("it is no list of protections")  # noqa: TRY004  # caught together with the errors of json
    return tuple(_parse_line(place, line) for place, line in enumerate(lines, start=1))


def _unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated field: two entries that ran together would protect only one thing."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a field stands twice in one protection")
    return dict(pairs)


def _parse_line(place: int, line: Any) -> Protected:
    names = {field.name for field in fields(Protected)}
    if not isinstance(line, dict) or set(line) != names or not all(isinstance(value, str) for value in line.values()):
        raise ValueError(f"protection {place} is not made of the texts {', '.join(sorted(names))}")
    if line["kind"] not in {kind.value for kind in Kind}:
        raise ValueError(f"protection {place} is of no known kind")
    kind = Kind(line["kind"])
    if not re.fullmatch(_SHAPES[kind], line["what"]):
        raise ValueError(f"protection {place} is of the kind {kind.value}, and not written like {EXAMPLES[kind]}")
    return Protected(**{**line, "kind": kind})


def _unwritable(failure: OSError | sqlite3.Error) -> ProtectionRefused:
    why = failure.strerror if isinstance(failure, OSError) else failure
    return ProtectionRefused(f"The file of what is protected cannot be written: {why}. Nothing was changed.")


def _find_covering(lines: Iterable[Protected], number: Number, account: Account) -> Reason | None:
    """Find the first of *lines* that covers a number; None if there is none."""
    line = next((line for line in lines if line.covers(number, account)), None)
    if line is None:
        return None
    return Reason(
        Cause.PROTECTED,
        {
            "number": number.phone_number,
            "kind": line.kind.value,
            "what": line.what,
            "why": line.why,
            "who": line.who,
            "since": line.since,
        },
    )


def refusal(number: Number, why: Reason) -> str:
    """Say that a protection covers a number, and how to remove it; for an error message."""
    details = why.details
    if "file" in details:
        return str(ProtectionUnreadable(why))
    return (
        f"{number.phone_number} is protected: {details['kind']} {details['what']}, by {details['who']}. Unprotect it "
        "first, in the protection panel of the release-many notebook."
    )
