"""
What must never be released: numbers, accounts and names, in a file of the kit's data folder.

Protecting is one click; taking a protection away is a step of its own, typed.  A file
that cannot be read protects everything: what could not be looked up is not permission.
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


class Kind(Enum):
    """What is protected."""

    NUMBER = "number"
    ACCOUNT = "account"
    NAME = "name"


#: How each of them is written, for showing beside the field in which it is typed.
EXAMPLES = {Kind.NUMBER: "+14155550123", Kind.ACCOUNT: "AC…", Kind.NAME: "hotline"}
#: A line of any other shape would look like a protection and cover nothing, or everything.
_SHAPES = {
    Kind.NUMBER: r"\+[1-9][0-9]{4,14}",
    Kind.ACCOUNT: r"AC[0-9a-fA-F]{32}",
    Kind.NAME: r"(?=.*[^\s*])\S(.*\S)?",
}
#: Seconds to wait for another notebook that is writing; writing takes milliseconds.
_PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Protected:
    """One line of the file."""

    kind: Kind
    #: An E.164 number, an account's sid, or a part of names; with a ``*``, which stands for anything, whole names.
    what: str
    why: str
    who: str
    #: The day on which it was protected, ISO.
    since: str

    def covers(self, number: Number, account: Account) -> bool:
        """
        Tell whether it protects a number, by itself, through its account, or by either's name.

        >>> number = Number("PN1", "AC1", "+14155550123", "Old hotline", {})
        >>> account = Account("AC1", "Shop", "active", "Full", "AC1")
        >>> [Protected(Kind.NAME, what, "", "", "").covers(number, account) for what in ("HOT", "shop", "hot*")]
        [True, True, False]
        """
        if self.kind is Kind.NUMBER:
            return self.what == number.phone_number
        if self.kind is Kind.ACCOUNT:
            return self.what == number.account_sid
        names = (number.friendly_name, account.friendly_name)
        return any(_pattern(self.what).fullmatch(_folded(name)) for name in names)


class Protection:
    """The file of protections.  Read anew each time, because another notebook may have written it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> tuple[Protected, ...]:
        """
        Read what is protected; nothing where there is no file yet.

        Raises:
            ProtectionUnreadable: There is one, and it cannot be read.
        """
        try:
            return _read(self._file.read_text(encoding="utf-8"))
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
        raise ProtectionUnreadable(
            f"The file of what is protected cannot be read ({why}), so nothing can be released. "
            f"Put {self._file} right, or move it away if nothing needs to be protected."
        )

    def of(self, number: Number, account: Account) -> Reason | None:
        """Find what protects a number from being released; None where nothing does."""
        return self.reader()(number, account)

    def reader(self) -> Callable[[Number, Account], Reason | None]:
        """Read the file once, for asking about many numbers."""
        try:
            lines = self.all()
        except ProtectionUnreadable as unreadable:
            everything = Reason(Cause.PROTECTED, {"said": str(unreadable)})
            return lambda number, account: everything  # noqa: ARG005  # whichever it is, it is protected
        return partial(covering, lines)

    def protect(self, line: Protected) -> None:
        """
        Protect something more.

        Raises:
            ProtectionRefused: It is not written as its kind is, or is protected already.  Nothing was written.
            ProtectionUnreadable: The file cannot be read or written.
        """
        if line.kind is Kind.NAME and line.what and not line.what.strip(" *"):
            raise ProtectionRefused("Nothing was protected: a pattern needs more than stars, or it covers everything.")
        if not re.fullmatch(_SHAPES[line.kind], line.what):
            raise ProtectionRefused(
                f"Nothing was protected: {line.what.strip() or 'nothing'} is not written like {EXAMPLES[line.kind]}; "
                "nothing is guessed."
            )
        with self._alone():
            lines = self.all()
            if any((other.kind, other.what) == (line.kind, line.what) for other in lines):
                raise ProtectionRefused(f"{line.what} is protected already. Nothing was changed.")
            self._write((*lines, line))

    def unprotect(self, line: Protected, *, typed: str) -> None:
        """
        Take a protection away.

        Raises:
            ProtectionRefused: It was not typed back, or is not there any more.  Nothing was changed.
            ProtectionUnreadable: The file cannot be read or written.
        """
        with self._alone():
            lines = self.all()
            if line not in lines:
                raise ProtectionRefused(f"{line.what} is not protected any more. Nothing was changed.")
            if normalize("NFC", typed.strip()) != normalize("NFC", line.what):
                raise ProtectionRefused(f"Nothing was changed: what was typed is not {line.what}.")
            self._write(tuple(other for other in lines if other != line))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other notebooks from writing between our reading and our writing: one of the two would be lost."""
        lock = self._file.with_name(f"{self._file.name}.lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            held = sqlite3.connect(lock, timeout=_PATIENCE, isolation_level=None)
        except (OSError, sqlite3.Error) as failure:
            raise _unwritable(failure) from None
        # SQLite's lock is released by the system when its holder dies, on every system.
        with closing(held):
            try:
                held.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as failure:
                raise _unwritable(failure) from None
            yield

    def _write(self, lines: tuple[Protected, ...]) -> None:
        told = [{**asdict(line), "kind": line.kind.value} for line in lines]
        try:
            put(self._file, json.dumps(told, indent=1, ensure_ascii=False).encode(), private=True, durable=True)
        except OSError as failure:
            raise _unwritable(failure) from None


def _folded(text: str) -> str:
    r"""
    Write a name in the one form in which names are compared: large or small, and however its accents came.

    >>> _folded("Zu\u0308rich") == _folded("ZÜRICH")
    True
    """
    return normalize("NFC", normalize("NFD", text).casefold())


@cache
def _pattern(what: str) -> re.Pattern[str]:
    """
    Make a pattern of names in which a star stands for anything, and every other sign for itself.

    Without a star it is found wherever it stands in a name: who writes "landing" means all that are named so.

    >>> bool(_pattern("[vip] *?").fullmatch("[vip] who?")), bool(_pattern("[vip]").fullmatch("v"))
    (True, False)
    """
    first, *rest = (re.escape(part) for part in re.split(r"\*+", _folded(what)))
    if not rest:
        return re.compile(f".*?{first}.*", re.DOTALL)
    # A part that was found is not looked for again further on: many stars would take for ever.
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{between}.*{rest[-1]}", re.DOTALL)


def _read(text: str) -> tuple[Protected, ...]:
    lines = json.loads(text, object_pairs_hook=_each_once)
    if not isinstance(lines, list):
        raise ValueError("it is no list of protections")  # noqa: TRY004  # caught as what json raises
    return tuple(_line(place, line) for place, line in enumerate(lines, start=1))


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a field that stands there twice: two lines that ran together would protect one thing."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a field stands twice in one protection")
    return dict(pairs)


def _line(place: int, line: Any) -> Protected:
    names = {field.name for field in fields(Protected)}
    if not isinstance(line, dict) or set(line) != names or not all(isinstance(said, str) for said in line.values()):
        raise ValueError(f"protection {place} is not made of the texts {', '.join(sorted(names))}")
    if line["kind"] not in {kind.value for kind in Kind}:
        raise ValueError(f"protection {place} is of no known kind")
    kind = Kind(line["kind"])
    if not re.fullmatch(_SHAPES[kind], line["what"]):
        raise ValueError(f"protection {place} is of the kind {kind.value}, and not written like {EXAMPLES[kind]}")
    return Protected(**{**line, "kind": kind})


def _unwritable(failure: OSError | sqlite3.Error) -> ProtectionUnreadable:
    why = failure.strerror if isinstance(failure, OSError) else failure
    return ProtectionUnreadable(f"The file of what is protected cannot be written: {why}. Nothing was changed.")


def covering(lines: Iterable[Protected], number: Number, account: Account) -> Reason | None:
    """Find the first of *lines* that covers a number; None where none does."""
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
    """Say, for a failure, that a protection keeps a number: what is protected, by whom, and what comes first."""
    told = why.details
    if "said" in told:
        return str(told["said"])
    return (
        f"{number.phone_number} is protected: {told['kind']} {told['what']}, by {told['who']}. Unprotect it first, in "
        "the protection panel of the release-many notebook."
    )
