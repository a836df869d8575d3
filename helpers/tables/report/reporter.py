"""Make a report and write it, after a look or of what is known; and read what the first screen tells of a month."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event

import msgspec

from helpers.core.atomic_file import put
from helpers.decisions.comparison import Comparison
from helpers.decisions.savings import add_up_savings
from helpers.decisions.session import Session
from helpers.tables.evidence_view import EvidenceView
from helpers.tables.report.facts import Made, make_report
from helpers.tables.report.files import ReportWritten, write_report

#: Beside the evidence: the line of the last report.
_LAST = "report.json"


class LastReport(msgspec.Struct, frozen=True):
    """The last report: when it was made, its first sentence, and its files."""

    at: datetime
    headline: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """What changed in about a month, and the last report; each None where there is none."""

    comparison: Comparison | None
    report: LastReport | None


def make_and_write(
    session: Session, evidence: EvidenceView, *, days: int, folder: Path, forms: Iterable[str], again: bool
) -> ReportWritten:
    """
    Write a report into a folder; see ``files.write_report``.  It reads only.

    Args:
        again: Whether to look at every number first; else the report tells what is known.
    """
    now = session.clock()
    if again:
        table, looked_at = evidence.find_out(days, progress=lambda _: None, stop=Event()), now
    else:
        table = evidence.known(days)
        looked_at = max(evidence.looks(days), default=table.about.looked_at or now)
    comparison = evidence.compare(days)
    if comparison is not None and comparison.now.at < looked_at.replace(microsecond=0):
        # This look could not be kept, so it is compared with nothing.
        comparison = None
    held = set(table.frame["phone_number"].tolist())
    savings = add_up_savings(session.journal.each_entry(brief=False), held=held, now=now)
    made = Made(session.who, session.live, session.reach.account.friendly_name, now, looked_at)
    report = make_report(table, made, comparison, savings, session.journal.open_entries())
    written = write_report(report, folder, forms)
    with suppress(OSError):
        put(evidence.folder / _LAST, written.line.encode(), private=True)
    return written


def read_month(evidence: EvidenceView, days: int) -> Month:
    """Read what changed in about a month, and the last report."""
    report = None
    with suppress(OSError, msgspec.MsgspecError, RecursionError):
        report = msgspec.json.decode((evidence.folder / _LAST).read_bytes(), type=LastReport)
    return Month(evidence.compare(days), report)
