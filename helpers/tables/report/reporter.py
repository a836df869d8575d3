"""Look at every number, and write a report of what was found.  It reads only."""

from collections.abc import Iterable
from pathlib import Path
from threading import Event

from helpers.decisions.comparison import compare
from helpers.decisions.savings import add_up_savings
from helpers.decisions.session import Session
from helpers.evidence.retention import limit_days
from helpers.tables.evidence_view import EvidenceView
from helpers.tables.report.facts import SINCE, Made, make_report
from helpers.tables.report.files import ReportWritten, write_report


def look_and_report(
    session: Session, evidence: EvidenceView, *, memory: Path, days: int, folder: Path, forms: Iterable[str]
) -> ReportWritten:
    """
    Look at every number, compare, and write the report into a folder; see ``files.write_report``.

    Args:
        memory: The folder that keeps the evidence and the looks.
    """
    at = session.clock()
    table = evidence.find_out(days, progress=lambda _: None, stop=Event())
    comparison = compare(memory, session.journal, days=limit_days(days), since=at - SINCE)
    if comparison is not None and comparison.now.at < at.replace(microsecond=0):
        # This look could not be kept, so it is compared with nothing.
        comparison = None
    held = set(table.frame["phone_number"].tolist())
    savings = add_up_savings(session.journal.each_entry(), held=held, now=at)
    made = Made(session.who, session.live, session.reach.account.friendly_name, at)
    return write_report(make_report(table, made, comparison, savings), folder, forms)
