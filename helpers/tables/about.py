"""
Facts about a table of evidence, and the sentences that describe them.

The facts stand beside the table: pandas' notes on a table (``attrs``) are sometimes copied, sometimes lost, and
written into files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from helpers.core.connections import Link, Unseen
from helpers.core.dates import day_and_hour
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Coverage, TrafficMethod, Verdict
from helpers.decisions.reading_words import describe_method
from helpers.decisions.sentences import connection, gaps, reason
from helpers.tables.frames import Frame, filter_by_verdict
from helpers.tables.money import a_year, sum_costs, write_sums


@dataclass(frozen=True, slots=True)
class Look:
    """The extent of a look: of so many accounts, so many were looked at to their end."""

    asked: int
    done: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """The coverage of a table of evidence, the way it was read, and its age."""

    coverage: Coverage
    #: The days of calls and messages that the operator asked for.
    days_asked: int
    #: The days that are read: Twilio does not keep more.
    days: int
    #: The time of the oldest evidence; None where there is none.
    looked_at: datetime | None = None
    #: Reason why numbers with evidence could not be judged -> count of numbers, the largest first.
    unjudged: Mapping[Reason, int] = field(default_factory=dict)
    #: The count of numbers without evidence.
    without_evidence: int = 0
    #: Country -> the reason why its prices could not be read.
    unpriced: Mapping[str, Reason] = field(default_factory=dict)
    #: The names of accounts, each with something that no number needs any more.
    leftovers: tuple[tuple[str, Link], ...] = ()
    #: The names of accounts without numbers, each with the places where something may be left over.
    leftovers_unseen: tuple[tuple[str, tuple[Unseen, ...]], ...] = ()
    #: The look that this table comes from, and its requests; None for a table of remembered evidence.
    look: Look | None = None
    requests: int | None = None
    #: Method of reading traffic -> count of numbers, the largest first.
    methods: Mapping[TrafficMethod, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceTable:
    """A table with one row per number and its evidence, and the facts about that table."""

    frame: Frame
    about: About


@dataclass(frozen=True, slots=True, eq=False)
class TableSoFar:
    """The table of a reading, or of a look, that is under way."""

    table: EvidenceTable
    #: When the numbers of the other accounts were read; None where they are not known.
    before: datetime | None = None
    #: The count of those accounts whose numbers could not be read then either.
    unknown: int = 0
    #: To be set when the table is on the screen: a first reading waits for that, but not for long.
    seen: Event = field(default_factory=Event)


_NOBODY = "Nobody has checked yet which of them are used."


def describe_use(table: EvidenceTable, *, with_costs: bool) -> str:
    """Say how many numbers were not used for how many days, and what they cost."""
    frame, days = table.frame, f"{table.about.days:,} day{'s' if table.about.days != 1 else ''}"
    if table.about.looked_at is None:
        return f"{_NOBODY} Checking reads the last {days}."
    quiet = filter_by_verdict(frame, Verdict.QUIET)
    if not len(quiet):
        return f"No number is known to be unused for {days}."
    costs = sum_costs(quiet) if with_costs else {}
    and_cost = (
        f" and cost{'s' if len(quiet) == 1 else ''} {write_sums(costs)} a month, {write_sums(a_year(costs))} a year"
    )
    were = "was" if len(quiet) == 1 else "were"
    return f"{len(quiet):,} of {_numbers(len(frame))} {were} not used for {days}{and_cost if costs else ''}."


def describe_unchecked(frame: Frame) -> str:
    """Count the numbers that could not be checked, and those that nobody has checked; empty where there are none."""
    unknown = filter_by_verdict(frame, Verdict.UNKNOWN)
    never = int(unknown["looked_at"].isna().sum())
    failed = f"{len(unknown) - never:,} could not be checked" if len(unknown) > never else ""
    new = f"{never:,} {'is' if never == 1 else 'are'} not checked yet" if never else ""
    text = " and ".join(filter(None, (failed, new)))
    return f"{text}." if text else ""


def describe(about: About) -> str:
    """Describe a table's coverage, its gaps and its age."""
    age = (
        f"The last {about.days} days of calls and messages were checked on {day_and_hour(about.looked_at)}, or later."
        if about.looked_at
        else f"{_NOBODY} The button “Check now” in 01_inventory.ipynb finds out."
    )
    return f"{describe_contents(about)} {age}"


def describe_contents(about: About) -> str:
    """Describe a table's coverage and its gaps, without its age."""
    parts = (
        describe_coverage(about.coverage),
        _unjudged(about),
        describe_unread_prices(about.unpriced),
        describe_leftovers(about),
        describe_days(about),
        _requests(about),
    )
    return " ".join(filter(None, parts))


def describe_coverage(coverage: Coverage) -> str:
    """Describe how much of the company was read, so that no incomplete list looks complete."""
    readings = coverage.readings
    whole = sum(reading.complete and not reading.closed for reading in readings)
    closed = sum(reading.closed for reading in readings)
    besides = f" ({closed:,} more {'is' if closed == 1 else 'are'} closed)" if closed else ""
    text = f"{whole:,} of {len(readings) - closed:,} accounts read{besides}, {_numbers(coverage.numbers)}."
    failed = [(reading, reading.failure) for reading in readings if reading.failure is not None]
    if coverage.stopped:
        were = "account was" if coverage.stopped == 1 else "accounts were"
        text += f" {coverage.stopped:,} {were} not read, because you stopped the reading."
        failed = [(reading, why) for reading, why in failed if why.code is not Cause.STOPPED]
    for reading, why in failed[:5]:
        extent = "Read in part" if reading.partial else "Not read"
        text += f" {extent}: {reading.account.friendly_name} ({reading.account.sid}): {reason(why)}"
    if len(failed) > 5:
        text += (
            f" {len(failed) - 5:,} more accounts could not be read in full; desk.accounts() lists each with its reason."
        )
    if coverage.unreadable:
        fields = ", ".join(f"{name} ({count:,})" for name, count in sorted(coverage.unreadable.items()))
        text += f" Fields that could not be read are empty here, each with the count of its numbers: {fields}."
    return text


def describe_effort(coverage: Coverage) -> str:
    """Say how many requests a reading took, and how long."""
    return f"{coverage.requests:,} request{'s' if coverage.requests != 1 else ''}, {coverage.seconds:.1f} s."


def describe_unread_prices(unpriced: Mapping[str, Reason]) -> str:
    """Name the countries whose prices could not be read, and one reason; empty where there are none."""
    if not unpriced:
        return ""
    cause = next(iter(unpriced.values()))
    return f"The prices of numbers in {', '.join(sorted(unpriced))} could not be read: {reason(cause)}"


def _unjudged(about: About) -> str:
    """Count the numbers that could not be judged, and those without evidence, unless none has any."""
    sentences = []
    if unjudged := sum(about.unjudged.values()):
        # The three most frequent reasons only: people do not read thirty.
        most = " ".join(f"({count:,}) {reason(cause)}" for cause, count in list(about.unjudged.items())[:3])
        sentences.append(
            f"{_numbers(unjudged)} could not be checked, and here is why, each with how many it concerns: {most}"
        )
    if about.without_evidence and about.looked_at:
        were = "was" if about.without_evidence == 1 else "were"
        sentences.append(f"{_numbers(about.without_evidence)} {were} not checked yet.")
    return " ".join(sentences)


def describe_leftovers(about: About) -> str:
    """Describe what no number needs any more, and where that is not known; empty where there is nothing."""
    return " ".join(filter(None, (_leftovers(about), _leftovers_unseen(about))))


def _leftovers(about: About) -> str:
    """Describe what no number needs any more, the first three only: people do not read thirty."""
    sentences = [f"Left over in {account}: {connection(link)}" for account, link in about.leftovers[:3]]
    more = len(about.leftovers) - len(sentences)
    return " ".join(sentences) + (f" And {more:,} more like {'this' if more == 1 else 'these'}." if more > 0 else "")


def _leftovers_unseen(about: About) -> str:
    """Name the accounts where something may be left over: three reasons, and three accounts for each."""
    accounts: dict[str, list[str]] = {}
    for account, unseen in about.leftovers_unseen:
        accounts.setdefault(" ".join(gaps(unseen)), []).append(account)
    return " ".join(
        f"Whether something is left over in {_some(names)} is not known. {why}"
        for why, names in list(accounts.items())[:3]
    )


def _some(names: list[str]) -> str:
    """Name the first three, and count the others."""
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more:,} more account{'s' if more > 1 else ''}" if more > 0 else "")


def describe_days(about: About) -> str:
    """Explain a difference between the days read and the days asked for."""
    if about.days == about.days_asked:
        return ""
    days = f"{about.days} day{' is' if about.days == 1 else 's are'} checked, and not {about.days_asked:,}"
    if about.days > about.days_asked:
        return f"{days}: there is no shorter window."
    return f"{days}: Twilio keeps calls and messages for 13 months at most."


def _requests(about: About) -> str:
    if about.requests is None:
        return ""
    texts = ((count, describe_method(method)) for method, count in about.methods.items())
    ways = "; ".join(f"{_numbers(count)}: {text[0].lower()}{text[1:]}" for count, text in texts)
    return f"Checking took {about.requests:,} request{'s' if about.requests != 1 else ''} ({ways})."


def _numbers(count: int) -> str:
    return f"{count:,} number{'s' if count != 1 else ''}"


#: Column -> the explanation that a reader of a file needs for its values.
_EXPLANATIONS = {
    "idle_at_least": "Where idle_at_least is true (yes), it was idle for idle_days or longer: nobody checked further.",
    "wired": (
        "Where wired is false (none found), nothing was found in the places that were looked at, and there are others; "
        "where it is empty, nobody could tell, and not_looked_at names what could not be looked at."
    ),
    "last_used_at_least": "Where last_used_at_least is true (yes), it may have been used later than last_used.",
    "counts_at_least": "Where counts_at_least is true (yes), there were more calls or messages than were counted.",
}


def describe_file(part: Frame, whole: EvidenceTable, *, narrowed: str) -> str:
    """
    Describe the rows of a file, the meaning of its columns, and the table from which it was exported.

    Args:
        narrowed: A sentence about the filters that were set.
    """
    rows = f"Rows in this file: {len(part):,}, of {len(whole.frame):,} in the inventory. {narrowed}"
    columns = " ".join(text for name, text in _EXPLANATIONS.items() if name in part.columns)
    return "\n".join(filter(None, (rows, columns, f"The inventory: {describe(whole.about)}")))
