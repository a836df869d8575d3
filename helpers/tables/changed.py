"""What changed about each number since an earlier look, as columns of a table of numbers."""

from collections.abc import Iterable

from helpers.evidence.changes import Change
from helpers.tables.frames import Frame
from helpers.tables.report.words import describe_change

#: Between the changes of one number.
BETWEEN = "; "


def with_changes(frame: Frame, changes: Iterable[Change] | None) -> Frame:
    """Add the columns ``changed``, the kinds of a number's changes, and ``before_and_now``; for None, remove them."""
    if changes is None:
        return frame.drop(columns=["changed", "before_and_now"], errors="ignore")
    kinds: dict[str, str] = {}
    texts: dict[str, str] = {}
    for change in changes:
        for told, text in ((kinds, change.kind.value), (texts, describe_change(change))):
            told[change.sid] = BETWEEN.join(filter(None, (told.get(change.sid), text)))
    columns = {"changed": kinds, "before_and_now": {sid: text for sid, text in texts.items() if text}}
    sids = frame["sid"]
    return frame.assign(**{name: sids.map(of).astype(sids.dtype) for name, of in columns.items()})
