"""What a safety run counts: whether each request came once, came with its note, and was told truly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.core.reasons import Cause, reason_in
from helpers.core.records import Number
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, Act, State

#: Ends that say that the number is still there.
STAYED = {State.KEPT, State.REFUSED}


@dataclass
class Figures:
    """How often one of the four promises was broken in so many runs."""

    name: str
    runs: int = 0
    #: A number left, and no entry of the journal says so.
    lost: int = 0
    #: One confirmation sent two requests, of which Twilio may have carried out both.
    twice: int = 0
    #: A DELETE arrived for which the journal has no note.
    without_a_note: int = 0
    #: The journal says something else than the world.
    untrue: int = 0
    #: Processes that were killed, and those of them that died between the note of a purchase and its outcome.
    kills: int = 0
    inside: int = 0

    @property
    def broken(self) -> int:
        """Count all broken promises."""
        return self.lost + self.twice + self.without_a_note + self.untrue

    def __str__(self) -> str:
        counts = f"{self.lost:>6} {self.twice:>6} {self.without_a_note:>15} {self.untrue:>7}"
        hits = f"   {self.inside:,} of {self.kills:,} kills fell inside a purchase" if self.kills else ""
        return f"{self.name:<22} {self.runs:>7,} {counts}{hits}"


HEADER = f"{'':<22} {'runs':>7} {'lost':>6} {'twice':>6} {'without a note':>15} {'untrue':>7}"


def audit(
    figures: Figures,
    entries: Iterable[Entry],
    *,
    requests: Iterable[dict[str, Any]],
    there: Mapping[str, Number],
    left: set[str],
) -> None:
    """
    Compare what the journal says in the end with what the world did.

    Args:
        requests: What the practice Twilio was asked.

        there: The numbers that the company has in the end, by sid.

        left: The sids of the numbers that it had, and has no more.
    """
    entries = list(entries)
    by_number: dict[str, list[Entry]] = {}
    for entry in entries:
        by_number.setdefault(entry.number_sid, []).append(entry)
    notes, sent = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for entry in entries:
        notes[entry.act, entry.number_sid] += (count := sum(row.state == State.INTENDED for row in entry.rows))
        sent[entry.act, entry.number_sid] += count > 0
        notes[_BUY, entry.phone_number] += (count := sum(row.state == State.RESTORING for row in entry.rows))
        sent[_BUY, entry.phone_number] += count
    # Twilio documents a 429 as never processed: that request may be sent again.
    for change, count in Counter(_changes(each for each in requests if each["status"] != 429)).items():
        figures.without_a_note += count > notes[change]
        figures.twice += count > sent[change] > 0
    # A number that was bought back has another sid.
    known = LEFT | {State.RESTORED}
    figures.lost += sum(not any(one.state in known or one.open for one in by_number.get(sid, ())) for sid in left)
    ours = {number.phone_number for number in there.values()}
    figures.untrue += sum(_is_untrue(each[-1], there.get(sid), ours) for sid, each in by_number.items())


#: What a purchase is counted as; a request that changes something else has the name of its act.
_BUY = "buy"


def _changes(requests: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name the act and the number of each request that releases, moves or buys one."""
    for each in requests:
        number = str(each["path"]).rsplit("/", 1)[-1].removesuffix(".json")
        if each["method"] == "DELETE":
            yield Act.RELEASE, number
        elif each["method"] == "POST" and "AccountSid" in each["form"]:
            yield Act.MOVE, number
        elif each["method"] == "POST" and number == "IncomingPhoneNumbers":
            yield _BUY, each["form"]["PhoneNumber"]


def _is_untrue(last: Entry, now: Number | None, ours: set[str]) -> bool:
    """Tell whether the last entry of a number says something else than the world."""
    if last.state is State.MOVED:
        return now is None or now.account_sid != last.details["target"]
    why = reason_in(last.rows[-1].detail)
    if why is not None and why.code is Cause.ANOTHER_SID:
        return now is not None or last.phone_number not in ours
    if last.state in STAYED and now is not None:
        is_elsewhere = now.account_sid != last.account_sid
        is_told_elsewhere = why is not None and why.code is Cause.MOVED_BY_SOMEBODY
        return is_told_elsewhere > is_elsewhere or (last.act is Act.MOVE and is_elsewhere > is_told_elsewhere)
    if last.state is State.RESTORED:
        return last.phone_number not in ours
    return last.state in STAYED or (last.state in LEFT and last.phone_number in ours)
