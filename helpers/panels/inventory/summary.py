"""Summarise the inventory in sentences."""

from helpers.core.dates import day_and_hour
from helpers.core.records import Verdict
from helpers.panels.shared.html import SPINNER, count, escape
from helpers.tables.about import About, EvidenceTable, TableSoFar, describe_unchecked, describe_use
from helpers.tables.frames import Frame, filter_by_verdict
from helpers.tables.money import sum_costs, write_sums

_NO_NUMBERS = "There are no numbers in these accounts."


def summarise(table: EvidenceTable) -> tuple[str, str]:
    """Say what is asked most; also return the counts and costs of all numbers, and of those that nobody could check."""
    frame, gap = table.frame, _gap(table.about, "numbers are left out")
    if not len(frame):
        none = "No number was read: you stopped before." if table.about.coverage.stopped else _NO_NUMBERS
        return none, gap
    unpriced, cost = int(frame["monthly"].isna().sum()), "cost" if len(frame) > 1 else "costs"
    whole = f"{count(len(frame), 'number')} in {count(frame['account_sid'].nunique(), 'account')} {cost}"
    use, in_all = describe_use(table, with_costs=True), f"{whole} {write_sums(sum_costs(frame))} a month in all."
    first, *rest = (in_all, use) if table.about.looked_at is None else (use, describe_unchecked(frame), in_all)
    if unpriced:
        rest.append(f"The price of {unpriced:,} is unknown, and not in these sums.")
    return first, " ".join(filter(None, (*rest, gap)))


def summarise_so_far(so_far: TableSoFar) -> str:
    """Say how much of a reading or a look that goes on is there, and how old the rest is."""
    if look := so_far.table.about.look:
        frame = so_far.table.frame
        quiet, used = (len(filter_by_verdict(frame, verdict)) for verdict in (Verdict.QUIET, Verdict.IN_USE))
        checked = f"{look.done:,} of {count(look.asked, 'account')} checked."
        were = "was" if quiet == 1 else "were"
        days = count(so_far.table.about.days, "day")
        return f"{checked} So far {count(quiet, 'number')} {were} not used for {days}, and {used:,} are in use."
    coverage, numbers = so_far.table.about.coverage, count(len(so_far.table.frame), "number")
    read = coverage.asked - coverage.unread
    failed = coverage.done - read
    because = f", {failed:,} could not be read" if failed else ""
    told = f"{read:,} of {count(coverage.asked, 'account')} read"
    if so_far.before is None:
        return f"So far {numbers}: {told}{because}. The others are being read."
    of_others = f" The numbers of {count(so_far.unknown, 'account')} are not known yet." if so_far.unknown else ""
    as_of = f"{numbers[:1].upper()}{numbers[1:]} as of {day_and_hour(so_far.before)}"
    return f"{as_of}: {told} anew since{because}.{of_others}"


def describe_stopped_reading(table: EvidenceTable) -> str:
    """Say what a reading that was stopped has read, and how to go on."""
    coverage = table.about.coverage
    read = f"{coverage.asked - coverage.unread:,} of {count(coverage.asked, 'account')}"
    return (
        f"You stopped the reading: {read} are read. The numbers of the others are not "
        "here. Run the notebook again to read them."
    )


def describe_collection(table: EvidenceTable, *, stopped: bool) -> tuple[str, str]:
    """Describe how far a look came; also return ``good`` or ``warning``.  Every screen says the same of a look."""
    frame, gap = table.frame, _gap(table.about, "numbers were not checked")
    look = table.about.look
    if stopped and look and look.done < look.asked:
        kept = f"You stopped: {look.done:,} of {count(look.asked, 'account')} are checked, and that is kept."
        none = "You stopped before any account was checked to its end."
        text = f"{kept if look.done else none} Of the others, only what was known before is known. {gap}"
        return text.strip(), "warning"
    if not len(frame):
        return f"{gap} There was no number to check.".strip(), "warning"
    # How many these are stands in the sentence below it, as long as it is so.
    why = "Each “Unknown” says why."
    every = f"Every {'other ' * bool(gap)}number is checked."
    return f"{gap or 'Done.'} {why if describe_unchecked(frame) else every}", "warning" if gap else "good"


def describe_selection(frame: Frame, chosen: Frame, *, hidden: int) -> str:
    """Describe the selected numbers and their costs."""
    if not len(chosen):
        return f"Nothing is selected. {count(len(frame), 'number')} in all."
    hidden_text = f" {hidden:,} of them {'is' if hidden == 1 else 'are'} not among the rows shown." if hidden else ""
    return f"{len(chosen):,} selected, {write_sums(sum_costs(chosen))} a month.{hidden_text}"


def explain_no_rows(numbers: int) -> str:
    """Explain why no row is shown of so many numbers."""
    if not numbers:
        return "There are no numbers in these accounts. If you expected some, check which account this is."
    return f"No number passes these filters. Clear the filters to see all {numbers:,}."


def _gap(about: About, consequence: str) -> str:
    """Count the accounts that were not read, or not in full, and state the consequence; empty where all were."""
    partial = about.coverage.partial
    unread = about.coverage.unread - partial
    could_not_be = "could not be"
    if unread == about.coverage.stopped:
        could_not_be = "was not" if unread == 1 else "were not"
    sentences = [
        f"{count(unread, 'account')} {could_not_be} read, and {_its(unread)} {consequence}." * bool(unread),
        f"{count(partial, 'account')} {'was' if partial == 1 else 'were'} read in part, and {_its(partial)} other "
        f"{consequence}." * bool(partial),
    ]
    return " ".join(filter(None, sentences))


def _its(accounts: int) -> str:
    return "its" if accounts == 1 else "their"


def show_sentence(first: str, rest: str = "", *, waiting: bool = False) -> str:
    """Show the sentence of the inventory, and what is less important behind it."""
    status = ' role="status"' if waiting else ""
    told = f"<b>{escape(first)}</b> {escape(rest)}".strip()
    return f'<p class="desk-sentence"{status}>{SPINNER + " " if waiting else ""}{told}</p>'


def show_empty_pictures(text: str) -> str:
    """Show the place of the pictures, with the reason why there are none."""
    return f'<div class="desk-pictures"><div class="desk-chart"><p class="desk-empty">{escape(text)}</p></div></div>'


def show_folded(title: str, text: str) -> str:
    """Show a title that unfolds a text."""
    told = f'<p class="desk-hint">{escape(text)}</p>'
    return f'<details class="desk-more"><summary>{escape(title)}</summary>{told}</details>'
