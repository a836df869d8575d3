"""What was read from the operator's list: numbers that it may mean, to be agreed to, and lines that fit none."""

from collections.abc import Callable

import ipywidgets as widgets

from helpers.core.records import Number
from helpers.evidence.inventory import Inventory
from helpers.panels.plan.columns import columns_of_offered, columns_of_unfit
from helpers.panels.plan.criteria import GivenList
from helpers.panels.shared.html import count, escape, message, named
from helpers.panels.shared.listing import Listing
from helpers.panels.shared.panel import Latch, guarded
from helpers.plans.list_file import read_table
from helpers.plans.number_list import Doubt, NumberList, ReadLine, Unfit, UnfitLine, read_list
from helpers.tables.frames import lines_table

#: The most readings that the operator can look at, and agree to, at once.
MOST_OFFERED = 1_000
_LOOK = "Look at each, and say whether that is meant."
_TOO_MANY = (
    "These are too many to look at line by line, so they cannot be taken. Write the numbers in full, with a plus and "
    "the country code, or divide the list."
)
_SENTENCES = {
    Unfit.NO_NUMBER: "It names no number.",
    Unfit.NOT_A_NUMBER: "It is not one phone number, or more than a phone number.",
    Unfit.SHORTENED: "A spreadsheet shortened it, and what it was cannot be told. Write the number out, or send the "
    "workbook itself (.xlsx).",
    Unfit.NOT_A_SID: "It is not the SID of a number: that is PN and 32 digits or letters a to f.",
    Unfit.NOT_OURS: "This company has no such number, as far as it could be read.",
    Unfit.SEVERAL: "It may be each of {candidates}: write it in full.",
    Unfit.TWINS: "{number} is in more than one account: name its SID.",
    Unfit.CONTRADICTORY: "{number} and {sid} are not the same number.",
    Unfit.UNKNOWN_ACCOUNT: "It is said to be in {account}, which is not an account of this company.",
    Unfit.OTHER_ACCOUNT: "It is not in {account} but in another account of this company.",
    Unfit.STRUCK: "It is struck out in the sheet.",
    Unfit.KEPT: "The list says “{words}”, so it stays. If it is meant, paste it alone.",
    Unfit.SENDER: "It stands below “{words}”, as the sender's own. If it is meant, paste it alone.",
    Unfit.FURTHER: "It stands behind a number in its row. Write each number in a line of its own, in full.",
    Unfit.HIDDEN: "Its row is hidden in the sheet, by a filter or by hand. Show it there if it is meant, and save.",
    Unfit.TOO_WIDE: "It has {cells} columns, and the list names {columns}.",
    Unfit.REPEATED: "{number} stands in line {place} already.",
    Unfit.BROKEN: "The list cannot be read from here on ({problem}): what follows is missing.",
}
#: Why the operator looks at a line that could be taken.
_DOUBTS = {
    Doubt.NOT_IN_FULL: "It is not written in full.",
    Doubt.COLUMN: "Another column of the list has numbers of yours, too.",
    Doubt.HIDDEN_COLUMN: "Its column is hidden in the sheet, so whoever sent the list saw others.",
    Doubt.APART: "Its first digits stand in another column.",
    Doubt.WORDS: "The list says “{words}”, which may be meant for it.",
    Doubt.BESIDE: "Beside it stands “{words}”.",
    Doubt.ACCOUNT: "“{words}” stands beside it, and no account is called so.",
}


class ListReading(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The lines of a list beside what they were read as, and a button that takes them so.

    Args:
        on_agreed: Receives the numbers of the list that count, once for each list that was shown.

        on_failure: Receives every failure.
    """

    def __init__(
        self, *, on_agreed: Callable[[tuple[Number, ...]], None], on_failure: Callable[[Exception], None]
    ) -> None:
        self._on_agreed, self.fail = on_agreed, on_failure
        self._latch: Latch[NumberList] = Latch()
        #: The count of lines that fit no number.
        self.unfit = 0
        self._offered: tuple[ReadLine, ...] = ()
        self._unfit: tuple[UnfitLine, ...] = ()
        self.told, self.told_unfit = widgets.HTML(), widgets.HTML()
        self.offered = Listing(
            "Lines of the list, as they were read",
            about=lambda sid: _about(self._offered[int(sid)]),
            on_failure=self.fail,
        )
        self.wrong = Listing(
            "Lines of the list that fit no number",
            about=lambda sid: _about(self._unfit[int(sid)]),
            on_failure=self.fail,
        )
        self.take = widgets.Button(icon="check")
        self.take.add_class("desk-primary")
        self.leave = widgets.Button()
        self.buttons = widgets.HBox([self.take, self.leave])
        self.buttons.add_class("desk-buttons")
        super().__init__([self.told, self.offered, self.told_unfit, self.wrong, self.buttons])
        self.take.on_click(self._take_pressed)
        self.leave.on_click(self._leave_pressed)
        self.clear()

    def clear(self) -> None:
        """Show no list."""
        self._latch.arm(None)
        self.unfit = 0
        self.told.value = self.told_unfit.value = ""
        for listing in (self.offered, self.wrong):
            listing.show(lines_table((), accounts={}), ())
        self.buttons.layout.display = "none"

    def show(self, listed: NumberList, *, name: str, inventory: Inventory) -> None:
        """
        Show what was read from a list.

        Args:
            name: The name of its file.

            inventory: What the list was read against.
        """
        accounts, unread = {each.sid: each.label for each in inventory.accounts}, inventory.coverage.unread
        self.unfit = len(listed.unfit)
        self._offered, self._unfit = listed.offered, listed.unfit
        self.told.value, self.told_unfit.value = _origin(listed, name) + _offer(listed, unread), _unfit(listed.unfit)
        self.offered.show(lines_table(listed.offered, accounts=accounts), columns_of_offered())
        self.wrong.show(lines_table(listed.unfit, accounts=accounts), columns_of_unfit(listed.unfit, explain))
        may_agree = 0 < len(listed.offered) <= MOST_OFFERED
        self._latch.arm(listed if listed.offered else None)
        numbers = len(listed.taken) + len(listed.offered)
        self.take.description = f"Yes, take {'this number' if numbers == 1 else f'these {numbers:,} numbers'}"
        self.take.layout.display = None if may_agree else "none"
        clear = "the 1 that is" if len(listed.taken) == 1 else f"the {len(listed.taken):,} that are"
        self.leave.description = f"Take only {clear} clear"
        self.leave.layout.display = None if listed.taken else "none"
        self.buttons.layout.display = None if listed.offered and (may_agree or listed.taken) else "none"

    @guarded
    def _take_pressed(self, _: object) -> None:
        if (listed := self._latch.take()) is not None:
            self._agree((*listed.taken, *listed.offered))

    @guarded
    def _leave_pressed(self, _: object) -> None:
        if (listed := self._latch.take()) is not None:
            self._agree(listed.taken)

    def _agree(self, lines: tuple[ReadLine, ...]) -> None:
        self.buttons.layout.display = "none"
        self._on_agreed(tuple(line.number for line in lines))


def read_given(given: GivenList, inventory: Inventory) -> NumberList:
    """Read a list as the operator gave it; slow."""
    return read_list(read_table(given.content), inventory.numbers.named(), inventory.accounts)


def offer(listed: NumberList) -> str:
    """Say how many lines were read as numbers, and which of them wait for the operator's word."""
    text = f"I read {len(listed.offered):,} of {count(listed.lines, 'line')} as these numbers of yours."
    if listed.taken:
        text += f" {len(listed.taken):,} more {'names' if len(listed.taken) == 1 else 'name'} a number in full."
    said = dict.fromkeys(line.words for line in listed.offered if line.doubt is Doubt.WORDS and line.words)
    if said:
        text += f" The list also says {' and '.join(f'“{words}”' for words in said)}: does it mean these?"
    if any(line.doubt in {Doubt.BESIDE, Doubt.ACCOUNT, Doubt.APART} for line in listed.offered):
        text += " More stands beside the numbers: read it in “Your line”."
    return text


def explain(line: UnfitLine) -> str:
    """Say why a line names no number that can be taken."""
    details = dict(line.details)
    if line.why is Unfit.SEVERAL and isinstance(candidates := details["candidates"], tuple):
        few = ", ".join(candidates[:5])
        details["candidates"] = f"{few} and {len(candidates) - 5:,} more" if len(candidates) > 5 else few
    return _SENTENCES[line.why].format(**details)


def _origin(listed: NumberList, name: str) -> str:
    sheet = f", sheet {_quoted(listed.sheet)}" if listed.sheet is not None else ""
    columns = f", column{'s' * (len(listed.columns) > 1)} {' and '.join(map(_quoted, listed.columns))}"
    about = f"<b>{named(name)}</b>{sheet}{columns if listed.columns else ''}: {count(listed.lines, 'line')}."
    if listed.other_sheets:
        about += f" Not read of this workbook: {' and '.join(map(_quoted, listed.other_sheets))}."
    return f'<p class="desk-first">{about}</p>'


def _quoted(name: str) -> str:
    return f"“{named(' '.join(name.split()))}”"


def _about(line: ReadLine | UnfitLine) -> str:
    """Show all that is told of a line."""
    told = explain(line) if isinstance(line, UnfitLine) else read_as(line)
    return f"<p>Line {line.place:,}, <code>{escape(line.written)}</code>: {escape(told)}</p>"


def _read_as(line: ReadLine) -> str:
    doubt = f" {_DOUBTS[line.doubt].format(words=line.words)}" if line.doubt else ""
    return f"It is read as {line.number.phone_number}.{doubt}"


def read_as(line: ReadLine) -> str:
    """Say what a line was read as, and why the operator looks at it first."""
    doubt = f" {_DOUBTS[line.doubt].format(words=line.words)}" if line.doubt else ""
    return f"It is read as {line.number.phone_number}.{doubt}"


def _offer(listed: NumberList, unread: int) -> str:
    if not listed.offered:
        return ""
    texts = [offer(listed), _TOO_MANY if len(listed.offered) > MOST_OFFERED else _LOOK]
    if unread:
        texts.append(f"{count(unread, 'account')} could not be read in full, and a line may mean a number there.")
    return message(" ".join(texts), "warning")


def _unfit(lines: tuple[UnfitLine, ...]) -> str:
    head = f"{count(len(lines), 'line')} of the list could not be taken, and nothing was guessed:"
    return message(head, "warning") if lines else ""
