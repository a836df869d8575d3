"""Texts of the first screen."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from helpers.core.dates import day
from helpers.core.records import Verdict
from helpers.decisions.due import WEEK, list_due
from helpers.decisions.quiet_numbers import NumberAtRisk
from helpers.decisions.sentences import reason
from helpers.decisions.verdict_words import VERDICTS
from helpers.journal.entries import Entry
from helpers.journal.states import NAMED
from helpers.panels.shared.html import count, escape, moment, named
from helpers.tables.about import About, EvidenceTable, describe_unchecked, describe_use
from helpers.tables.frames import Frame, filter_by_verdict, numbers_at_risk, quiet_numbers
from helpers.tables.money import a_year, sum_costs, write_sums

_INVENTORY, _RELEASE, _RESTORE, _JOURNAL = (
    "01_inventory.ipynb",
    "02_release.ipynb",
    "04_restore.ipynb",
    "05_journal.ipynb",
)


_SUSPENDED = (
    "Twilio may take back the numbers of an account that stays suspended for 60 days; it does not tell since when."
)
_TAKEN = "Twilio does not say what becomes of numbers whose bundle it rejects; it may take them back."


def show_answer(table: EvidenceTable) -> str:
    """Show what could be saved a year, by which numbers; before anybody looked, what all numbers cost a year."""
    frame, about = table.frame, table.about
    if not len(frame):
        title = "No number was read" if about.coverage.unread else "There are no numbers in these accounts"
        return _answer(title, _unread(about))
    quiet = filter_by_verdict(frame, Verdict.QUIET)
    if about.looked_at is None:
        title = f"{count(len(frame), 'number')} cost{'s' if len(frame) == 1 else ''} {_a_year(frame)} a year"
        return _answer(title, describe_use(table, with_costs=False), _unpriced(frame), _unread(about))
    title = f"You could save {_a_year(quiet)} a year" if len(quiet) else "No number is known to be unused"
    use = f"{describe_use(table, with_costs=False)} {describe_unchecked(frame)}"
    return _answer(title, use.strip(), _unpriced(quiet), _unread(about)) + _bar(frame)


def _answer(title: str, *sentences: str) -> str:
    lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)
    return f'<div class="desk-answer"><h3>{escape(title)}</h3>{lines}</div>'


def _a_year(frame: Frame) -> str:
    return write_sums(a_year(sum_costs(frame)))


def _unpriced(frame: Frame) -> str:
    unpriced = int(frame["monthly"].isna().sum())
    return f"The price of {unpriced:,} of them is unknown, and not in this sum." if unpriced else ""


def _unread(about: About) -> str:
    coverage = about.coverage
    if not coverage.unread:
        return ""
    were = "could be read" if coverage.stopped < coverage.unread else "were read"
    return f"{coverage.asked - coverage.unread:,} of {count(coverage.asked, 'account')} {were} in full."


def _bar(frame: Frame) -> str:
    kinds = ((Verdict.QUIET, "quiet"), (Verdict.IN_USE, "used"), (Verdict.UNKNOWN, "unknown"))
    counts = [(kind, len(filter_by_verdict(frame, verdict)), VERDICTS[verdict].lower()) for verdict, kind in kinds]
    told = [(kind, many, f"{many:,} {words}") for kind, many, words in counts if many]
    drawn = "".join(f'<span class="desk-part desk-part-{kind}" style="flex:{many}"></span>' for kind, many, _ in told)
    key = "".join(
        f'<span><i class="desk-part desk-sample desk-part-{kind}"></i>{escape(words)}</span>' for kind, _, words in told
    )
    name = escape(", ".join(words for _, _, words in told))
    return (
        f'<div class="desk-share"><div class="desk-strip" role="img" aria-label="{name}">{drawn}</div>'
        f'<div class="desk-key" aria-hidden="true">{key}</div></div>'
    )


def show_ways(*, checked: bool) -> str:
    """Show the three notebooks that an operator goes on to; once all is *checked*, the first is the next step."""
    ways = ((_INVENTORY, "Look through the numbers"), (_RELEASE, "Release a number"), (_RESTORE, "Take one back"))
    shown = "".join(_button(*way, is_next=checked and way is ways[0]) for way in ways)
    return f'<div class="desk-ways">{shown}</div>'


def _button(notebook: str, text: str, *, is_next: bool = False) -> str:
    # In JupyterLab, the kit's extension opens and runs it beside this one; elsewhere it opens in a new tab.
    name = escape(json.dumps({"name": notebook}))
    command = f'data-commandlinker-command="number-kit:open" data-commandlinker-args="{name}"'
    style = ' class="desk-next"' if is_next else ""
    return f'<a href="{escape(notebook)}"{style} target="_blank" {command}>{escape(text)}</a>'


def show_attention(table: EvidenceTable, still_open: list[Entry], recent: list[Entry], *, now: datetime) -> str:
    """
    Show what needs attention, the most urgent first, each with the notebook for it.

    Args:
        still_open: The entries of the journal whose outcome is not known.

        recent: Those about which something was written in the last ten days.
    """
    rows = [
        *_unfinished(still_open),
        *_to_take_back(recent, now),
        *_billed(table, now),
        *_old(table.about, now),
        *_not_read(table.about),
    ]
    at_risk = [*_at_risk(numbers_at_risk(table.frame, now=now))]
    lines = "".join(
        f"<li><div><b>{title}</b><p>{text}</p></div>{_button(notebook, way)}</li>"
        for title, text, notebook, way in (*rows, *at_risk)
    )
    found = f'<ul class="desk-attention">{lines}</ul>' if lines else ""
    # What is not known is said all the same beside what Twilio may take back.
    nothing = "" if rows else f"<p>{escape(_nothing(table.about))}</p>"
    return f'<h3 class="desk-step">Needs attention <small>{len(rows) + len(at_risk) or ""}</small></h3>{found}{nothing}'


#: A title, a text, a notebook, and the words of the link to it; title and text are HTML.
_Row = tuple[str, str, str, str]


def _unfinished(entries: list[Entry]) -> Iterator[_Row]:
    if entries:
        first = min(entries, key=lambda entry: entry.at)
        title = count(len(entries), "act is not finished", "acts are not finished")
        one = "" if len(entries) == 1 else "The first: "
        text = f"{one}{_about(first)}. What became of it is not known since {moment(first.at)}."
        yield title, text, _JOURNAL, "Check and close"


def _about(entry: Entry) -> str:
    name, account = entry.number.get("friendly_name") if entry.number else None, entry.details.get("account_name")
    of = f" of <code>{escape(entry.phone_number)}</code>" if entry.phone_number else ""
    return ", ".join([f"{NAMED[entry.act].capitalize()}{of}", *(named(each) for each in (name, account) if each)])


def _to_take_back(entries: Iterable[Entry], now: datetime) -> Iterator[_Row]:
    ends = sorted(until for entry in entries if (until := entry.take_back_until(now)))
    if ends:
        title = count(len(ends), "released number can still be taken back", "released numbers can still be taken back")
        first, last = moment(ends[0]), moment(ends[-1])
        text = f"Until {first}." if len(ends) == 1 else f"The first until {first}, the last until {last}."
        yield title, text, _RESTORE, "Take back"


def _billed(table: EvidenceTable, now: datetime) -> Iterator[_Row]:
    due = list_due(quiet_numbers(table.frame), (), (), now=now)
    if due and due[0].last_good_day:
        title = count(len(due), "unused number is billed this week", "unused numbers are billed this week")
        theirs = table.frame["phone_number"].isin({row.phone_number for row in due})
        sums = sum_costs(table.frame[theirs.to_numpy(dtype=bool)])
        in_all = f"{write_sums(sums)} in all." if sums else "Their prices are not known."
        it = "it" if len(due) == 1 else "any of them"
        text = f"{in_all} Nothing was found connected to {it}, or not all could be looked at."
        last = f"The last good day{' for the first' if len(due) > 1 else ''} is {day(due[0].last_good_day)}."
        yield title, escape(f"{text} {last}"), _INVENTORY, "Show all numbers"


def _at_risk(numbers: list[NumberAtRisk]) -> Iterator[_Row]:
    """Say which numbers Twilio may take back by itself."""
    accounts = {number.account_sid: number.account for number in numbers if number.is_suspended}
    if accounts:
        title = count(len(accounts), "account with numbers is suspended", "accounts with numbers are suspended")
        more = f" and {len(accounts) - 1:,} more" if len(accounts) > 1 else ""
        many = count(sum(number.is_suspended for number in numbers), "number")
        text = f"{named(next(iter(accounts.values())))}{more}: {many}. {_SUSPENDED}"
        yield title, text, _INVENTORY, "Show all numbers"
    ends = sorted(number.bundle_ends for number in numbers if number.bundle_ends)
    if ends:
        title = count(len(ends), "number has a bundle that runs out", "numbers have a bundle that runs out")
        first = f"On {day(ends[0])}" if ends[0] == ends[-1] else f"The first on {day(ends[0])}"
        yield title, f"{first}, unless its data is renewed before. {_TAKEN}", _INVENTORY, "Show all numbers"
    if rejected := sum(bool(number.bundle_rejected) for number in numbers):
        title = count(rejected, "number has a bundle that was rejected", "numbers have a bundle that was rejected")
        yield title, f"Renew its data. {_TAKEN}", _INVENTORY, "Show all numbers"


def _old(about: About, now: datetime) -> Iterator[_Row]:
    if about.looked_at is not None and now - about.looked_at > WEEK:
        text = "Numbers may have come into use since. Check again to see which unused ones are billed this week."
        yield f"The last check is of {day(about.looked_at)}", text, _INVENTORY, "Show what is known"


def _not_read(about: About) -> Iterator[_Row]:
    unread = [reading for reading in about.coverage.readings if not reading.complete]
    if unread:
        first = unread[0]
        title = count(len(unread), "account was not read in full", "accounts were not read in full")
        because = f" {escape(reason(first.failure))}" if first.failure else ""
        more = f" Of {len(unread) - 1:,} more, the inventory says why." if len(unread) > 1 else ""
        text = f"{named(first.account.label)}:{because} Its other numbers are not counted on this page.{escape(more)}"
        yield title, text, _INVENTORY, "Show why"


def _nothing(about: About) -> str:
    text = "No act is unfinished, and no released number can still be taken back."
    if about.looked_at is None or about.without_evidence:
        return f"{text} Which unused numbers are billed this week is not known before all are checked."
    return f"{text} No number that is unused and connected to nothing is billed this week."
