"""
What must never be released: numbers, accounts and names, in a file of the kit's data folder.

Protecting is one click; taking a protection away is a step of its own, typed.  A file
that cannot be read protects everything: what could not be looked up is not permission.
"""

import fnmatch
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from helpers.errors import ProtectionRefused, ProtectionUnreadable
from helpers.records import Account, Number


class Kind(Enum):
    """What is protected."""

    NUMBER = "number"
    ACCOUNT = "account"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Protected:
    """One line of the file."""

    kind: Kind
    #: An E.164 number, an account's sid, or a pattern for names in which ``*`` stands for anything.
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
        >>> [Protected(Kind.NAME, what, "", "", "").covers(number, account) for what in ("*HOTLINE*", "shop", "hot")]
        [True, True, False]
        """
        if self.kind is Kind.NUMBER:
            return self.what == number.phone_number
        if self.kind is Kind.ACCOUNT:
            return self.what == number.account_sid
        names = (number.friendly_name, account.friendly_name)
        return any(fnmatch.fnmatchcase(name.casefold(), self.what.casefold()) for name in names)

    def said(self) -> str:
        """Say what it protects, why, and since when."""
        words = {Kind.NUMBER: "the number", Kind.ACCOUNT: "the account", Kind.NAME: "every name like"}
        why = f": {self.why.rstrip('.')}" if self.why else ""
        return f"{words[self.kind]} {self.what} (by {self.who}, {self.since}{why})"


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
            written = json.loads(self._file.read_text(encoding="utf-8"))
            return tuple(Protected(**{**line, "kind": Kind(line["kind"])}) for line in written)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as failure:
            raise ProtectionUnreadable(
                f"The file of what is protected cannot be read ({type(failure).__name__}), so nothing can be released. "
                f"Put {self._file} right, or move it away if nothing needs to be protected."
            ) from None

    def of(self, number: Number, account: Account) -> str | None:
        """Say why a number may not be released, in a sentence; None where nothing protects it."""
        return self.reader()(number, account)

    def reader(self) -> Callable[[Number, Account], str | None]:
        """Read the file once, for asking about many numbers."""
        try:
            lines = self.all()
        except ProtectionUnreadable as unreadable:
            said = str(unreadable)
            return lambda number, account: said  # noqa: ARG005  # whichever it is, it is protected
        return partial(sentence, lines)

    def protect(self, line: Protected) -> None:
        """
        Protect something more.

        Raises:
            ProtectionRefused: It names nothing, or is protected already.  Nothing was written.
            ProtectionUnreadable: The file cannot be read or written.
        """
        lines = self.all()
        if not line.what.strip(" *") and line.kind is Kind.NAME:
            raise ProtectionRefused("Nothing was protected: a pattern needs more than stars, or it covers everything.")
        if not line.what.strip():
            raise ProtectionRefused("Nothing was protected: nothing was named.")
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
        lines = self.all()
        if line not in lines:
            raise ProtectionRefused(f"{line.what} is not protected any more. Nothing was changed.")
        if typed.strip() != line.what:
            raise ProtectionRefused(f"Nothing was changed: what was typed is not {line.what}.")
        self._write(tuple(other for other in lines if other != line))

    def _write(self, lines: tuple[Protected, ...]) -> None:
        told = [{**asdict(line), "kind": line.kind.value} for line in lines]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = self._file.with_suffix(".new")
            new.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
            new.replace(self._file)
        except OSError as failure:
            raise ProtectionUnreadable(
                f"The file of what is protected cannot be written: {failure.strerror}. Nothing was changed."
            ) from None


def sentence(lines: Iterable[Protected], number: Number, account: Account) -> str | None:
    """Say why a number may not be released; None where none of *lines* covers it."""
    covering = next((line for line in lines if line.covers(number, account)), None)
    if covering is None:
        return None
    return (
        f"{number.phone_number} is protected: {covering.said()}. "
        "Unprotect it first, in the protection panel of the release-many notebook."
    )
