"""The file in which earlier versions kept the protections: read as long as it is there, then set aside."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from helpers.core.errors import ProtectionRefused, ProtectionUnreadable
from helpers.core.reasons import Cause, Reason
from helpers.decisions.protected import Protected, parse

#: Seconds to wait for another notebook that is writing; writing takes milliseconds.
_PATIENCE = 30


class ProtectionFile:
    """The file of protections of an earlier version."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> tuple[Protected, ...] | None:
        """
        Read it; None where there is none.

        Raises:
            ProtectionUnreadable: It is there, and cannot be read.
        """
        try:
            return _parse(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as failure:
            why = failure.strerror
        except UnicodeDecodeError:
            why = "it is not UTF-8 text"
        except RecursionError:
            why = "it is no list of protections"
        except ValueError as failure:
            why = str(failure)
        raise ProtectionUnreadable(Reason(Cause.PROTECTED, {"file": str(self._file), "problem": why}))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Keep earlier versions, and other notebooks, from writing it between our reading and setting it aside.

        Raises:
            ProtectionRefused: Another one is writing it, or nothing can be written there.
        """
        file = self._file.with_name(f"{self._file.name}.lock")
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

    def set_aside(self) -> None:
        """
        Give it another name.

        Raises:
            ProtectionRefused: That failed, and it has its name.
        """
        names = (f"{self._file.name}.taken-over{f'-{n}' if n > 1 else ''}" for n in count(1))
        try:
            # A file that was set aside before stays as it is.
            free = next(each for each in map(self._file.with_name, names) if not each.exists())
            self._file.rename(free)
        except OSError as failure:
            raise _unwritable(failure) from None


def _parse(text: str) -> tuple[Protected, ...]:
    lines = json.loads(text, object_pairs_hook=_unique_fields)
    if not isinstance(lines, list):
        raise ValueError("it is no list of protections")  # noqa: TRY004  # caught together with the errors of json
    return tuple(parse(place, line) for place, line in enumerate(lines, start=1))


def _unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated field: two entries that ran together would protect only one thing."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a field stands twice in one protection")
    return dict(pairs)


def _unwritable(failure: OSError | sqlite3.Error) -> ProtectionRefused:
    why = failure.strerror if isinstance(failure, OSError) else failure
    return ProtectionRefused(
        f"What an earlier version protected could not be taken over: {why}. It stays protected, and nothing else was "
        "changed. Set the permissions of its folder right, then try again."
    )
