"""What a safety run counts: whether each request came once, came with its note, and was told truly."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, State

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

    @property
    def broken(self) -> int:
        """Count all broken promises."""
        return self.lost + self.twice + self.without_a_note + self.untrue

    def __str__(self) -> str:
        counts = f"{self.lost:>6} {self.twice:>6} {self.without_a_note:>15} {self.untrue:>7}"
        return f"{self.name:<22} {self.runs:>7,} {counts}"


HEADER = f"{'':<22} {'runs':>7} {'lost':>6} {'twice':>6} {'without a note':>15} {'untrue':>7}"


def audit(
    figures: Figures,
    entries: Iterable[Entry],
    *,
    requests: Iterable[dict[str, object]],
    there: set[str],
    left: set[str],
) -> None:
    """
    Compare what the journal says in the end with what the world did.

    Args:
        requests: What the practice Twilio was asked.

        there: The sids of the numbers that the company has in the end.

        left: The sids of the numbers that it had, and has no more.
    """
    by_number: dict[str, list[Entry]] = {}
    for entry in entries:
        by_number.setdefault(entry.number_sid, []).append(entry)
    # Twilio documents a 429 as never processed: that request may be sent again.
    deletes = Counter(
        str(each["path"]).rsplit("/", 1)[-1].removesuffix(".json")
        for each in requests
        if each["method"] == "DELETE" and each["status"] != 429
    )
    for sid, count in deletes.items():
        notes = sum(row.state == State.INTENDED for entry in by_number.get(sid, ()) for row in entry.rows)
        sent = sum(any(row.state == State.INTENDED for row in entry.rows) for entry in by_number.get(sid, ()))
        figures.without_a_note += count > notes
        figures.twice += count > sent > 0
    # A number that was bought back has another sid.
    known = LEFT | {State.RESTORED}
    figures.lost += sum(not any(one.state in known or one.open for one in by_number.get(sid, ())) for sid in left)
    for sid, ours in by_number.items():
        last = ours[-1].state
        figures.untrue += (sid in there and last in LEFT) or (sid in left and last in STAYED)
