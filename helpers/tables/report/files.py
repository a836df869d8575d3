"""
Write a report into files, and describe it in a line of JSON for programs.

The line's keys: ``result`` (0 nothing to look at, 1 something, 2 not everything could be read), ``mode``, ``company``,
``at``, ``looked_at``, ``days``, ``accounts`` and ``accounts_read``, ``numbers``, ``not_used``, ``in_use``, ``unknown``,
``may_be_taken_back`` by Twilio; sums by currency, ``cost_a_month``, ``saving_a_year``, ``saved_so_far``;
``unfinished``, the count of acts of this kit whose outcome is not known; ``since`` and ``changes``, their counts by
kind; ``headline``, ``text`` for a mail or a chat, and ``files``.  The file of JSON has the same, the unused numbers,
the changes and the unfinished acts.  Amounts are texts, because they are exact.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path

import msgspec

from helpers.core.atomic_file import put, replacing
from helpers.core.redact import without_secrets
from helpers.evidence.changes import Change
from helpers.journal.entries import Entry
from helpers.tables.report.facts import Report, Result
from helpers.tables.report.page import write_page
from helpers.tables.report.sheets import write_report_workbook
from helpers.tables.report.words import count_changes, headline, saved_in_all, write_text
from helpers.tables.values import list_rows

#: The columns of an unused number in the file of JSON.
_NOT_USED = (
    *("phone_number", "name", "account", "monthly", "currency", "next_billing", "last_used", "looked_at", "because"),
    *("wired", "blocked", "sid", "account_sid"),
)


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """A report that was written: what it results in, where it is, and a text and a line of JSON about it."""

    result: Result
    files: tuple[Path, ...]
    text: str
    line: str


def write_report(report: Report, folder: Path, forms: Iterable[str]) -> ReportWritten:
    """
    Write a report into a folder, in some of *FORMS*; each file is there completely or not at all.

    Raises:
        OSError: A file cannot be written.  Those before it are there.
    """
    name = f"twilio-numbers-{report.made.at.astimezone(UTC):%Y-%m-%d-%H%M%S}"
    files = []
    for form in forms:
        file = folder / f"{name}.{form}"
        FORMS[form](report, file)
        files.append(file.absolute())
    line = msgspec.json.encode({**_told(report), "files": [str(file) for file in files]}).decode()
    return ReportWritten(report.result, tuple(files), write_text(report), line)


def _write_workbook(report: Report, file: Path) -> None:
    with replacing(file, private=True) as new:
        write_report_workbook(report, new)


def _write_page(report: Report, file: Path) -> None:
    put(file, write_page(report).encode(), private=True)


def _write_json(report: Report, file: Path) -> None:
    numbers = (dict(zip(_NOT_USED, map(_plain, row), strict=True)) for row in list_rows(report.not_used, _NOT_USED))
    changes = map(_fields, report.comparison.changes) if report.comparison else None
    with replacing(file, private=True) as new, new.open("wb") as opened:
        # One by one: a hundred thousand of them are large.
        opened.write(msgspec.json.encode(_told(report))[:-1])
        lists = {"unused_numbers": numbers, "changed_numbers": changes, "unfinished_acts": map(_act, report.unfinished)}
        for key, items in lists.items():
            opened.write(f',"{key}":'.encode())
            opened.writelines(_one_by_one(items))
        opened.write(b"}")


def _one_by_one(items: Iterable[object] | None) -> Iterator[bytes]:
    """Encode a list, item by item."""
    if items is None:
        yield b"null"
        return
    before = b"["
    for item in items:
        yield before + msgspec.json.encode(item)
        before = b",\n"
    yield b"]" if before != b"[" else b"[]"


def _fields(change: Change) -> dict[str, object]:
    return {field.name: _plain(getattr(change, field.name)) for field in fields(change)}


def _act(entry: Entry) -> dict[str, object]:
    account = entry.details.get("account_name")
    known = {"act": entry.act, "state": entry.state, "since": entry.at, "entry": entry.id, "sid": entry.number_sid}
    return {**known, "phone_number": entry.phone_number or None, "account": account}


def _plain(value: object) -> object:
    """Make a value of JSON, without secrets in texts."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return without_secrets(value) if isinstance(value, str) else value


#: Form of a file, which is the end of its name -> the function that writes it.
FORMS: dict[str, Callable[[Report, Path], None]] = {"xlsx": _write_workbook, "html": _write_page, "json": _write_json}


def _told(report: Report) -> dict[str, object]:
    coverage, comparison = report.about.coverage, report.comparison
    return {
        "result": int(report.result),
        "mode": "live" if report.made.live else "practice",
        "company": report.made.company,
        "at": report.made.at,
        "looked_at": report.made.looked_at,
        "days": report.about.days,
        "accounts": coverage.asked,
        "accounts_read": coverage.asked - coverage.unread,
        "numbers": len(report.frame),
        "not_used": len(report.not_used),
        "in_use": report.in_use,
        "unknown": report.unknown,
        "may_be_taken_back": len(report.at_risk),
        "cost_a_month": _amounts(report.costs),
        "saving_a_year": _amounts(report.saving_a_year),
        "saved_so_far": _amounts(saved_in_all(report)),
        "unfinished": len(report.unfinished),
        "since": comparison.then.at if comparison else None,
        "changes": {kind.value: many for kind, many in count_changes(report).items()} if comparison else None,
        "headline": headline(report),
        "text": write_text(report),
    }


def _amounts(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: f"{amount:.2f}" for currency, amount in sums.items()}
