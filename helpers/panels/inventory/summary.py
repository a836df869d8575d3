"""What the inventory comes to: one sentence, and four figures."""

from helpers.core.records import Verdict
from helpers.panels.shared.html import count, escape
from helpers.tables.about import About, EvidenceTable
from helpers.tables.frames import Frame, filter_by_verdict
from helpers.tables.money import money, write_sums

#: What the fourth figure is.
_ON_QUIET = "a month on quiet ones"


def sentence(table: EvidenceTable) -> str:
    """Say how many numbers there are, how many are quiet, what they cost, and how many could not be judged."""
    frame, gap = table.frame, _gap(table.about, "numbers are left out")
    gap = f" {gap}" if gap else ""
    if not len(frame):
        return f"There are no numbers in these accounts.{gap}"
    quiet, unpriced = filter_by_verdict(frame, Verdict.QUIET), int(frame["monthly"].isna().sum())
    said = f"{count(len(frame), 'number')} in {count(frame['account_sid'].nunique(), 'account')}"
    said += f" cost{'s' if len(frame) == 1 else ''} {write_sums(money(frame))} a month.{gap}"
    if table.about.looked_at is None:
        said += " Which of them are quiet, nobody has looked yet."
    else:
        are = "is quiet and costs" if len(quiet) == 1 else "are quiet and cost"
        none = " None is quiet: there is nothing here to release for want of use; look again next month."
        said += f" {len(quiet):,} {are} {write_sums(money(quiet))} of it." if len(quiet) else none
        said += f" {_unjudged(frame) or 'All could be judged'}."
    if unpriced:
        said += f" The price of {unpriced:,} is unknown, and not in these sums."
    return said


def after_a_look(table: EvidenceTable, *, stopped: bool) -> tuple[str, str]:
    """Say what a look has covered and what not, and whether that is ``good`` or a ``warning``."""
    frame, gap = table.frame, _gap(table.about, "numbers were not looked at")
    if stopped:
        known = "Stopped. What was not looked at is as it was known before, or unknown."
        return f"{known} {gap}".strip(), "warning"
    if not len(frame):
        return f"{gap} There was no number to look at.".strip(), "warning"
    open_ = _unjudged(frame)
    looked = f"Every {'other ' if gap else ''}number was looked at"
    said = f"{gap} {looked}; {open_}, for the reasons below." if open_ else f"{gap} {looked}."
    return said.strip(), "warning" if gap or open_ else "good"


def cards(table: EvidenceTable | None) -> str:
    """Lay out the four figures, which no filter changes; their places alone while there is no table yet."""
    if table is None:
        figures = [("…", "numbers in all"), ("…", "a month on all"), ("…", "quiet"), ("…", _ON_QUIET)]
        return _cards(figures, waiting=True)
    frame, about = table.frame, table.about
    quiet, unknown = filter_by_verdict(frame, Verdict.QUIET), filter_by_verdict(frame, Verdict.UNKNOWN)
    if about.looked_at is None:
        found = [("?", "quiet, not looked yet"), ("?", _ON_QUIET)]
    else:
        unjudged = f", {len(unknown):,} not judged" if len(unknown) else ""
        found = [(f"{len(quiet):,}", f"quiet{unjudged}"), (_short(quiet), _ON_QUIET)]
    all_ = "all accounts read" if about.coverage.unread else "all"
    return _cards([(f"{len(frame):,}", f"numbers in {all_}"), (_short(frame), "a month on all"), *found])


def selection(frame: Frame, chosen: Frame, *, hidden: int) -> str:
    """Say what is selected and what it costs."""
    if not len(chosen):
        return f"Nothing is selected. {count(len(frame), 'number')} in all."
    beside = f" {hidden:,} of them {'is' if hidden == 1 else 'are'} not among the rows shown." if hidden else ""
    return f"{len(chosen):,} selected, {write_sums(money(chosen))} a month.{beside}"


def _gap(about: About, so: str) -> str:
    """Say how many accounts could not be read, and what that means for their numbers; nothing where all could be."""
    unread = about.coverage.unread
    return f"{count(unread, 'account')} could not be read, and {'its' if unread == 1 else 'their'} {so}." * bool(unread)


def _unjudged(frame: Frame) -> str:
    """Tell apart what could not be judged and what nobody has looked at; nothing where all could be judged."""
    unknown = filter_by_verdict(frame, Verdict.UNKNOWN)
    never = int(unknown["looked_at"].isna().sum())
    said = f"{len(unknown) - never:,} could not be judged" if len(unknown) > never else ""
    new = f"{never:,} {'was' if never == 1 else 'were'} not looked at yet" if never else ""
    return " and ".join(filter(None, (said, new)))


def _short(frame: Frame) -> str:
    """Write the largest sum of money, as the sentence above does."""
    sums = money(frame)
    if not sums:
        return "0" if not len(frame) else "unknown"
    currency, amount = next(iter(sums.items()))
    more = " +" if len(sums) > 1 else ""
    return f"{write_sums({currency: amount})}{more}"


def _cards(figures: list[tuple[str, str]], *, waiting: bool = False) -> str:
    drawn = "".join(
        f'<div class="desk-card"><strong style="--desk-signs:{len(figure)}">{escape(figure)}</strong>'
        f"<span>{escape(what)}</span></div>"
        for figure, what in figures
    )
    return f'<div class="desk-figures"{" aria-busy=true" if waiting else ""}>{drawn}</div>'
