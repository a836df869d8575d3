"""The words of a report: its headline, what was and was not read, its method, and a text for a mail or a chat."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from helpers.core.dates import day, day_and_hour
from helpers.core.redact import without_secrets
from helpers.decisions.comparison import Comparison
from helpers.decisions.quiet_numbers import NumberAtRisk
from helpers.decisions.sentences import NOT_CHECKED, reason
from helpers.evidence.changes import Change, ChangeKind
from helpers.journal.entries import Entry
from helpers.journal.states import NAMED
from helpers.tables.about import describe_days, describe_leftovers, describe_unchecked, describe_unread_prices
from helpers.tables.money import sum_costs, write_sums
from helpers.tables.report.facts import Report

TITLE = "Twilio numbers: what can be saved"
#: A change, as a line of a table says it.
CHANGED = {
    ChangeKind.NEW: "New",
    ChangeKind.RELEASED: "Released with this kit",
    ChangeKind.NOT_SETTLED: "Gone, and its release with this kit is not finished",
    ChangeKind.GONE: "Gone, not with this kit",
    ChangeKind.BACK: "Taken back, or bought again",
    ChangeKind.MOVED: "Moved to another account",
    ChangeKind.RENAMED: "Renamed",
    ChangeKind.IN_USE_AGAIN: "In use again",
    ChangeKind.NOT_USED_ANY_MORE: "Not used any more",
    ChangeKind.PRICE_CHANGED: "Price changed",
    ChangeKind.CONNECTED_DIFFERENTLY: "Connected differently",
    ChangeKind.NOT_READ_NOW: "Not known: its account could not be read",
    ChangeKind.LEFT_ITS_ACCOUNT: "Not known: gone, or moved to an account that could not be read",
    ChangeKind.NOT_READ_THEN: "Not known: new, or not read before",
}
NO_COMPARISON = (
    "Nothing to compare with yet. Each check is kept: next month this shows what is new, gone, or in use again."
)


def count(number: int, one: str) -> str:
    """
    Count things.

    >>> count(1, "number"), count(1200, "number")
    ('1 number', '1,200 numbers')
    """
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def describe_company(report: Report) -> str:
    """Say which company this is about, and whether it is a made-up one."""
    readings = report.about.coverage.readings
    others = sum(not (reading.account.is_main or reading.closed) for reading in readings)
    practice = "" if report.made.live else "PRACTICE: a made-up company, nothing here is real. "
    more = f" and {count(others, 'subaccount')}" if others else ""
    return f"{practice}{report.made.company}{more}."


def headline(report: Report) -> str:
    """Answer in one sentence whether something can be saved."""
    if not len(report.frame):
        return "No number could be read" if report.about.coverage.unread else "There are no numbers"
    if not len(report.not_used):
        return "No number is known to be unused" if report.unknown else "Every number is in use"
    if not report.saving_a_year:
        return f"{count(len(report.not_used), 'number')} {_were(len(report.not_used))} not used, and no price is known"
    return f"{write_sums(report.saving_a_year)} can be saved a year"


def explain_headline(report: Report) -> Iterator[str]:
    """Say on what the headline rests, and what it leaves out; one sentence each."""
    days, numbers, unused = count(report.about.days, "day"), len(report.frame), len(report.not_used)
    if numbers:
        yield f"{unused:,} of {count(numbers, 'number')} {_were(unused)} not used for {days}."
    if unchecked := describe_unchecked(report.frame):
        yield f"{unchecked} {'They are' if report.unknown > 1 else 'It is'} not counted here."
    if report.without_price:
        yield f"The price of {report.without_price:,} of the unused ones is not known, and not in this sum."
    if report.not_looked_at:
        yield (
            f"The logs of {report.not_looked_at:,} of the unused ones could not be read this time: "
            "they are as an earlier check found them."
        )
    if report.about.coverage.unread:
        yield _accounts_read(report)
    if report.at_risk:
        yield _describe_risk(report.at_risk)
    if report.unfinished:
        yield describe_unfinished(report.unfinished)


def _describe_risk(numbers: Sequence[NumberAtRisk]) -> str:
    """Say how many numbers Twilio may take back by itself, and why."""
    whys = (
        (sum(each.is_suspended for each in numbers), "in a suspended account"),
        (sum(each.bundle_ends is not None for each in numbers), "in a regulatory bundle that runs out"),
        (sum(bool(each.bundle_rejected) for each in numbers), "in a regulatory bundle that was rejected"),
    )
    why = ", ".join(f"{many:,} {words}" for many, words in whys if many)
    return f"Twilio may take back {count(len(numbers), 'number')} by itself: {why}."


def _accounts_read(report: Report) -> str:
    coverage = report.about.coverage
    read = coverage.asked - coverage.unread
    return (
        f"{read:,} of {count(coverage.asked, 'account')} could be read; numbers of the others are not in this report."
    )


def describe_unfinished(entries: Sequence[Entry]) -> str:
    """Say how many acts of this kit are not finished, and which is the oldest."""
    first = min(entries, key=lambda entry: entry.at)
    of = f" of {first.phone_number}" if first.phone_number else ""
    are = "1 act of this kit is" if len(entries) == 1 else f"{len(entries):,} acts of this kit are"
    which = "" if len(entries) == 1 else "the oldest is "
    return (
        f"{are} not finished: {which}the {NAMED[first.act]}{of}, whose outcome is not known since "
        f"{day_and_hour(first.at)}. “Check and close” in 05_journal.ipynb finds out."
    )


def describe_savings(report: Report) -> Iterator[str]:
    """Say what the releases in the journal saved until now; one sentence each."""
    savings = report.savings
    if savings.since is None or not (savings.released or savings.taken_back or savings.parked):
        yield "Nothing was released with this kit here yet."
        return
    total = saved_in_all(report)
    sums = write_sums(total) if total else "nothing yet, because no bill has fallen due since"
    yield f"Since {day(savings.since)}, {count(savings.released, 'number')} released with this kit saved {sums}."
    if savings.a_month:
        yield f"From now on that is {write_sums(savings.a_month)} a month."
    if savings.without_price:
        yield f"The price of {savings.without_price:,} of them was not known at the release, and is not counted."
    if savings.taken_back:
        yield f"{count(savings.taken_back, 'number')} came back, and {_are(savings.taken_back)} not counted."
    if savings.parked:
        yield f"{count(savings.parked, 'number')} {_are(savings.parked)} parked: a parked number goes on costing."


def describe_little_use(report: Report) -> Iterator[str]:
    """Say how many numbers in use carry little, what they cost, and of how many that is not known."""
    few, inbound = (int(report.little_used[name].sum()) for name in ("trickle", "inbound_only"))
    if not few and not inbound:
        yield "No number in use is known to carry little."
    else:
        costs = sum_costs(report.little_used)
        cost = f" Together they cost {write_sums(costs)} a month." if costs else ""
        yield (
            f"{count(few, 'number')} in use {_carry(few)} only a few calls and messages a month, and {inbound:,} "
            f"{_carry(inbound)} inbound ones only.{cost} Their traffic could come to another number."
        )
    if report.uncounted:
        yield f"Of {report.uncounted:,} more in use it is not known: not all of their calls and messages were counted."


def saved_in_all(report: Report) -> Mapping[str, Decimal]:
    """Add up what was saved until now, by currency."""
    sums: dict[str, Decimal] = {}
    for row in report.savings.rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.amount
    return sums


def count_changes(report: Report) -> Mapping[ChangeKind, int]:
    """Count the changes of each kind, in the order of the kinds."""
    changes = report.comparison.changes if report.comparison else ()
    counts = Counter(change.kind for change in changes)
    return {kind: counts[kind] for kind in ChangeKind if counts[kind]}


def describe_change(change: Change) -> str:
    """Say what something was, and what it is."""
    before, now = (", ".join(values) or "nothing" for values in (change.before, change.now))
    return without_secrets(f"{before} → {now}") if change.before or change.now else ""


def describe_comparison(report: Report) -> str:
    """Say with which look this one is compared, and how far that goes."""
    if report.comparison is None:
        return NO_COMPARISON
    then = report.comparison.then
    gaps = (
        "" if then.all_read else " Not every account could be read then, so some numbers may be older than they look."
    )
    return f"Compared with the check of {day_and_hour(then.at)}.{gaps}"


def describe_dates(comparison: Comparison | None) -> str:
    """Say which two checks are compared; where there are no two, that each is kept."""
    if comparison is None:
        return NO_COMPARISON
    then, now = comparison.then, comparison.now
    both = f"The check of {day_and_hour(now.at)}, compared with that of {day_and_hour(then.at)}"
    return f"{both}; each looked back {count(now.days, 'day')}."


def describe_reading(report: Report) -> Iterator[str]:
    """Say what was read, and what not; one sentence for each account that was not read, and for each reason."""
    about, coverage = report.about, report.about.coverage
    closed = sum(reading.closed for reading in coverage.readings)
    besides = f"; {count(closed, 'more account')} {_are(closed)} closed" if closed else ""
    read = f"{coverage.asked - coverage.unread:,} of {count(coverage.asked, 'account')} were read in full{besides}."
    yield f"{read} Calls and messages of {count(about.days, 'day')} were looked for."
    for reading in coverage.readings:
        if reading.failure is not None:
            extent = "Read in part" if reading.partial else "Not read"
            yield f"{extent}: {reading.account.label}. {reason(reading.failure)}"
    for why, many in about.unjudged.items():
        yield f"{count(many, 'number')} could not be checked: {reason(why)}"
    if about.without_evidence:
        yield f"{count(about.without_evidence, 'number')} {_were(about.without_evidence)} not checked yet."
    yield from filter(None, (describe_days(about), describe_unread_prices(about.unpriced), describe_leftovers(about)))


def describe_method(report: Report) -> Iterator[str]:
    """Explain in plain words how the report was made; one paragraph each."""
    days = count(report.about.days, "day")
    yield (
        f"Not used means: no call, no message and none that waits to be sent, in {days} before "
        f"{day_and_hour(report.made.looked_at)}. A number can still be printed somewhere, or be kept for emergencies: "
        "ask its owner before it goes."
    )
    yield (
        "Unknown is never counted as unused. Where a log could not be read to its end, or an account deletes its "
        "messages early, the number is neither in use nor unused, and the reason is given."
    )
    yield (
        "Prices are those that Twilio states for a number a month, without taxes and without charges for traffic. A "
        "saving a year is twelve times the price a month. Twilio refunds nothing of a month that has begun."
    )
    yield (
        "Changes compare two checks, and state only what both of them read. Released with this kit means that its "
        "journal proves it; gone, not with this kit, means that this journal does not know of it."
    )
    yield (
        "Saved so far counts the price that a number had when it was released, on each day on which it would have been "
        "billed since. What was taken back is not counted, and a parked number saves nothing."
    )
    yield NOT_CHECKED
    yield "This report was made by reading only: no number was changed. Times are UTC."


def write_text(report: Report) -> str:
    """Write a text for a mail or a chat."""
    made = report.made
    lines = [f"{headline(report)}.", " ".join(explain_headline(report))]
    if report.comparison:
        counts = "; ".join(f"{CHANGED[kind]}: {many:,}" for kind, many in count_changes(report).items())
        lines.append(f"Since {day(report.comparison.then.at)}: {counts or 'nothing changed'}.")
    lines.append(" ".join(describe_savings(report)))
    lines.append(f"{describe_company(report)} Checked {day_and_hour(made.looked_at)}. Nothing was changed at Twilio.")
    return without_secrets("\n".join(filter(None, lines)))


def _carry(number: int) -> str:
    return "carries" if number == 1 else "carry"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
