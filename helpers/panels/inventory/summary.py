"""Summarise the inventory in one sentence and four figures."""

from helpers.core.dates import day_and_hour
from helpers.core.records import Verdict
from helpers.panels.shared.html import count, escape
from helpers.tables.about import About, EvidenceTable, TableSoFar
from helpers.tables.frames import Frame, filter_by_verdict
from helpers.tables.money import sum_costs, write_sums

_NO_NUMBERS = "There are no numbers in these accounts."
#: The label of the fourth figure.
_ON_QUIET = "a month on quiet ones"


def summarise(table: EvidenceTable) -> str:
    """Summarise the counts and costs of all numbers, of quiet ones and of unjudged ones."""
    frame, gap = table.frame, _gap(table.about, "numbers are left out")
    gap = f" {gap}" if gap else ""
    if not len(frame):
        none = "No number was read: you stopped before." if table.about.coverage.stopped else _NO_NUMBERS
        return f"{none}{gap}"
    quiet, unpriced = filter_by_verdict(frame, Verdict.QUIET), int(frame["monthly"].isna().sum())
    text = f"{count(len(frame), 'number')} in {count(frame['account_sid'].nunique(), 'account')}"
    text += f" cost{'s' if len(frame) == 1 else ''} {write_sums(sum_costs(frame))} a month.{gap}"
    if table.about.looked_at is None:
        text += " Which of them are quiet, nobody has looked yet."
    else:
        are = "is quiet and costs" if len(quiet) == 1 else "are quiet and cost"
        none = " None is quiet: there is nothing here to release for want of use; look again next month."
        text += f" {len(quiet):,} {are} {write_sums(sum_costs(quiet))} of it." if len(quiet) else none
        text += f" {_unjudged(frame) or 'All could be judged'}."
    if unpriced:
        text += f" The price of {unpriced:,} is unknown, and not in these sums."
    return text


def summarise_so_far(so_far: TableSoFar) -> str:
    """Say how much of a reading or a look that goes on is there, and how old the rest is."""
    if look := so_far.table.about.look:
        frame = so_far.table.frame
        quiet, used = (len(filter_by_verdict(frame, verdict)) for verdict in (Verdict.QUIET, Verdict.IN_USE))
        looked_at = f"{look.done:,} of {count(look.asked, 'account')} looked at."
        return f"{looked_at} So far {count(quiet, 'number is', 'numbers are')} known to be quiet, and {used:,} in use."
    coverage, numbers = so_far.table.about.coverage, count(len(so_far.table.frame), "number")
    read = f"{coverage.done:,} of {count(coverage.asked, 'account')}"
    if so_far.before is None:
        return f"So far {numbers}: {read} read. The others are being read."
    return f"{numbers[:1].upper()}{numbers[1:]} as of {day_and_hour(so_far.before)}: {read} read anew since."


def describe_stopped_reading(table: EvidenceTable) -> str:
    """Say what a reading that was stopped has read, and how to go on."""
    coverage = table.about.coverage
    read = f"{coverage.asked - coverage.unread:,} of {count(coverage.asked, 'account')}"
    return (
        f"You stopped the reading: {read} are read. The numbers of the others are not "
        "here. Run the notebook again to read them."
    )


def describe_collection(table: EvidenceTable, *, stopped: bool) -> tuple[str, str]:
    """Describe the coverage of collected evidence; also return ``good`` or ``warning``."""
    frame, gap = table.frame, _gap(table.about, "numbers were not looked at")
    look = table.about.look
    if stopped and look and look.done < look.asked:
        # With the same facts, the sentence above says the same of each number.
        kept = f"You stopped: {look.done:,} of {count(look.asked, 'account')} are looked at, and that is kept."
        return f"{kept} Of the others, only what was known before is known. {gap}".strip(), "warning"
    if not len(frame):
        return f"{gap} There was no number to look at.".strip(), "warning"
    unjudged = _unjudged(frame)
    coverage = f"Every {'other ' if gap else ''}number was looked at"
    text = f"{gap} {coverage}; {unjudged}, for the reasons below." if unjudged else f"{gap} {coverage}."
    return text.strip(), "warning" if gap or unjudged else "good"


def show_figures(table: EvidenceTable | None) -> str:
    """Show the four figures, which ignore the filters; placeholders while there is no table."""
    if table is None:
        figures = [("…", "numbers in all"), ("…", "a month on all"), ("…", "quiet"), ("…", _ON_QUIET)]
        return _cards(figures, waiting=True)
    frame, about = table.frame, table.about
    quiet, unknown = filter_by_verdict(frame, Verdict.QUIET), filter_by_verdict(frame, Verdict.UNKNOWN)
    if about.looked_at is None:
        quiet_figures = [("?", "quiet, not looked yet"), ("?", _ON_QUIET)]
    else:
        unjudged = f", {len(unknown):,} not judged" if len(unknown) else ""
        quiet_figures = [(f"{len(quiet):,}", f"quiet{unjudged}"), (_short(quiet), _ON_QUIET)]
    all_ = "all accounts read" if about.coverage.unread else "all"
    return _cards([(f"{len(frame):,}", f"numbers in {all_}"), (_short(frame), "a month on all"), *quiet_figures])


def describe_selection(frame: Frame, chosen: Frame, *, hidden: int) -> str:
    """Describe the selected numbers and their costs."""
    if not len(chosen):
        return f"Nothing is selected. {count(len(frame), 'number')} in all."
    hidden_text = f" {hidden:,} of them {'is' if hidden == 1 else 'are'} not among the rows shown." if hidden else ""
    return f"{len(chosen):,} selected, {write_sums(sum_costs(chosen))} a month.{hidden_text}"


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


def _unjudged(frame: Frame) -> str:
    """Count the numbers that could not be judged and those without evidence; empty where there are none."""
    unknown = filter_by_verdict(frame, Verdict.UNKNOWN)
    never = int(unknown["looked_at"].isna().sum())
    failed = f"{len(unknown) - never:,} could not be judged" if len(unknown) > never else ""
    new = f"{never:,} {'was' if never == 1 else 'were'} not looked at yet" if never else ""
    return " and ".join(filter(None, (failed, new)))


def _short(frame: Frame) -> str:
    """Write the largest sum of money, in the form of the sentence above."""
    sums = sum_costs(frame)
    if not sums:
        return "0" if not len(frame) else "unknown"
    currency, amount = next(iter(sums.items()))
    more = " +" if len(sums) > 1 else ""
    return f"{write_sums({currency: amount})}{more}"


def _cards(figures: list[tuple[str, str]], *, waiting: bool = False) -> str:
    drawn = "".join(
        f'<div class="desk-card"><strong style="--desk-signs:{len(figure)}">{escape(figure)}</strong>'
        f"<span>{escape(label)}</span></div>"
        for figure, label in figures
    )
    return f'<div class="desk-figures"{" aria-busy=true" if waiting else ""}>{drawn}</div>'
