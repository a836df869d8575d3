"""
What a table of evidence says of itself: facts, beside the table and not in it; and the words for them, for people.

pandas keeps notes on a table (``attrs``), but copies some along with it, loses others, and writes them into files:
so nothing is noted there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from helpers.core.dates import day_and_hour
from helpers.core.reasons import Reason
from helpers.core.records import Coverage, TrafficMethod
from helpers.decisions.sentences import looked, reason
from helpers.tables.frames import Frame


@dataclass(frozen=True, slots=True)
class About:
    """How much of the company a table of evidence covers, how that was found out, and how old it is."""

    coverage: Coverage
    #: Days of calls and messages that were asked for, and that are looked at: Twilio keeps them for so long.
    days_asked: int
    days: int
    #: How old the oldest of what was found out is; None where nobody has looked.
    looked_at: datetime | None = None
    #: Why numbers that were looked at could not be judged -> how many, the most frequent reason first.
    unjudged: Mapping[Reason, int] = field(default_factory=dict)
    #: How many numbers nobody has looked at.
    unlooked: int = 0
    #: Country -> why the prices of its numbers could not be read.
    unpriced: Mapping[str, str] = field(default_factory=dict)
    #: How many requests the look took that made this table; None where it was recalled.
    requests: int | None = None
    #: How numbers were looked at -> how many, the most frequent first.
    ways: Mapping[TrafficMethod, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceTable:
    """A row for each number with what was found out about it, and what the whole says of itself."""

    frame: Frame
    about: About


def said_of(about: About) -> str:
    """Say what a table holds, what not, and how old it is."""
    age = (
        f"What is known of calls and messages is of {day_and_hour(about.looked_at)}, or newer."
        if about.looked_at
        else "Nobody has looked yet which numbers are quiet: the button in the inventory finds out."
    )
    return f"{said_without_age(about)} {age}"


def said_without_age(about: About) -> str:
    """Say what a table holds and what not, where its age is told beside it."""
    said = (about.coverage.describe(), _unjudged(about), unread_prices(about.unpriced), _days(about), _cost(about))
    return " ".join(filter(None, said))


def unread_prices(unpriced: Mapping[str, str]) -> str:
    """Say of which countries no price could be read, and why; nothing where all could be."""
    if not unpriced:
        return ""
    why = next(iter(unpriced.values()))
    return f"The prices of numbers in {', '.join(sorted(unpriced))} could not be read: {why}"


def _unjudged(about: About) -> str:
    """Say what could not be judged, and how many nobody has tried to; where nobody tried any, the age says it."""
    said = []
    if unjudged := sum(about.unjudged.values()):
        # Three reasons are read; thirty are not.
        most = " ".join(f"({how_many:,}) {reason(why)}" for why, how_many in list(about.unjudged.items())[:3])
        said.append(
            f"{_numbers(unjudged)} could not be judged, and here is why, each with how many it concerns: {most}"
        )
    if about.unlooked and about.looked_at:
        said.append(f"{_numbers(about.unlooked)} {'was' if about.unlooked == 1 else 'were'} not looked at yet.")
    return " ".join(said)


def _days(about: About) -> str:
    """Say why those days are looked at, where they are not as many as were asked for."""
    if about.days == about.days_asked:
        return ""
    looked = f"{about.days} day{' is' if about.days == 1 else 's are'} looked at, and not {about.days_asked:,}"
    if about.days > about.days_asked:
        return f"{looked}: there is no shorter window."
    return f"{looked}: Twilio keeps calls and messages for 13 months at most."


def _cost(about: About) -> str:
    if about.requests is None:
        return ""
    told = ((how_many, looked(how)) for how, how_many in about.ways.items())
    ways = "; ".join(f"{_numbers(how_many)}: {way[0].lower()}{way[1:]}" for how_many, way in told)
    return f"Finding out took {about.requests:,} request{'s' if about.requests != 1 else ''} ({ways})."


def _numbers(how_many: int) -> str:
    return f"{how_many:,} number{'s' if how_many != 1 else ''}"


#: What a value in a file does not say by itself.
_READ_RIGHT = {
    "idle_at_least": "Where idle_at_least is true (yes), it was idle for idle_days or longer: nobody looked further.",
    "wired": (
        "Where wired is false (none found), nothing was found in the places that were looked at, and there are others; "
        "where it is empty, nobody could tell, and not_looked_at names what could not be looked at."
    ),
    "last_used_at_least": "Where last_used_at_least is true (yes), it may have been used later than last_used.",
    "counts_at_least": "Where counts_at_least is true (yes), there were more calls or messages than were counted.",
}


def said_of_file(part: Frame, whole: EvidenceTable, *, narrowed: str) -> str:
    """
    Say how many rows of a table a file has, why those, how its columns are to be read, and what the whole is.

    Args:
        narrowed: Which filters left these rows.
    """
    rows = f"Rows in this file: {len(part):,}, of {len(whole.frame):,} in the inventory. {narrowed}"
    columns = " ".join(said for name, said in _READ_RIGHT.items() if name in part.columns)
    return "\n".join(filter(None, (rows, columns, f"The inventory: {said_of(whole.about)}")))
