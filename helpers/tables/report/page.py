"""
Write a report as one HTML page, which opens offline, light or dark, and prints to two pages.

The page loads nothing and runs nothing.  It shows the largest of everything and says how many more there are: the
workbook has them all.  A state is a pattern and a word, and never only a colour.
"""

import html
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from helpers.core.dates import day, day_and_hour
from helpers.core.redact import without_secrets
from helpers.evidence.changes import Change
from helpers.evidence.countries import spaced
from helpers.tables.money import write_sums
from helpers.tables.report.facts import AccountCosts, Report
from helpers.tables.report.words import (
    CHANGED,
    NO_COMPARISON,
    TITLE,
    count,
    count_changes,
    describe_change,
    describe_company,
    describe_comparison,
    describe_little_use,
    describe_method,
    describe_reading,
    describe_savings,
    explain_headline,
    headline,
)
from helpers.tables.values import list_rows

_STYLE = Path(__file__).with_suffix(".css")
#: So many of each are shown, so that the page prints to two.
_ACCOUNTS, _LARGEST, _CHANGES, _MONTHS, _LITTLE = 8, 8, 12, 12, 5
_MINUS = "\N{MINUS SIGN}"
#: The most signs of a text that has no end.
_LONGEST = 700


def write_page(report: Report) -> str:
    """Write the page."""
    made = report.made
    practice = '<span class="practice">PRACTICE</span> ' if not made.live else ""
    company = describe_company(report).removeprefix("PRACTICE: ")
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{TITLE}, {_text(made.company)}, {day(made.at)}</title><style>{_STYLE.read_text(encoding="utf-8")}</style></head>
<body><main>
<header><div><h1>{TITLE}</h1><p>{practice}<bdi>{_text(company)}</bdi> Checked {day_and_hour(made.looked_at)}.</p></div>
<p>Made by {_text(made.who)} with the Twilio number kit<br>{day_and_hour(made.at)}</p></header>
{"" if report.saving_a_year else f'<p class="answer">{_text(headline(report))}.</p>'}
<p class="note">{_text(" ".join(explain_headline(report)))}</p>
{_cards(report)}
<div class="two"><section><h2>By account</h2>{_accounts(report)}</section>
<section><h2>{_since(report)}</h2>{_counts(report)}
<h2>What was read</h2><p class="note">{_text(_shortened(" ".join(describe_reading(report))))}</p></section></div>
<section><h2>Largest savings <small>{_of(len(report.not_used), _LARGEST, "Not used")}</small></h2>
<div class="scroll">{_largest(report)}</div></section>
<footer><p class="sign">Approved by, date</p><p class="sign">Number owner asked, date</p>
<p>“Not used” means: no call and no message in {count(report.about.days, "day")}. A number can still be printed
somewhere, or be kept for emergencies.</p></footer>
<div class="second"><section><h2>What changed <small>{_compared(report)}</small></h2>
<div class="scroll changes">{_changes(report)}</div></section>
<div class="two"><section><h2>Saved so far</h2><p class="note">{_text(" ".join(describe_savings(report)))}</p>
{_saved(report)}
<h2>Little used <small>{_of(len(report.little_used), _LITTLE, "Little used")}</small></h2>
<p class="note">{_text(" ".join(describe_little_use(report)))}</p>{_little_used(report)}</section>
<section><h2>How this report was made</h2>
{"".join(f'<p class="note">{_text(text)}</p>' for text in describe_method(report))}</section></div></div>
</main></body></html>
"""


def _cards(report: Report) -> str:
    cards = (
        (write_sums(report.saving_a_year) if report.saving_a_year else "0.00", "can be saved a year"),
        (f"{len(report.not_used):,} of {len(report.frame):,}", f"not used for {count(report.about.days, 'day')}"),
        (
            write_sums(report.costs_not_used) if report.costs_not_used else "0.00",
            f"a month, of {write_sums(report.costs)} in all",
        ),
        (f"{report.unknown:,}", "unknown"),
    )
    told = "".join(f"<div><b>{_text(figure)}</b><span>{_text(words)}</span></div>" for figure, words in cards)
    parts = (
        ("idle", len(report.not_used), "not used"),
        ("used", report.in_use, "in use"),
        ("unknown", report.unknown, "unknown"),
    )
    strip = "".join(f'<i class="{kind}" style="flex:{many}"></i>' for kind, many, _ in parts if many)
    words = "".join(f"<span>{many:,} {word}</span>" for _, many, word in parts)
    return (
        f'<div class="cards">{told}<figure><div class="strip" aria-hidden="true">{strip}</div>'
        f"<figcaption>{words}</figcaption></figure></div>"
    )


def _accounts(report: Report) -> str:
    shown, others = report.accounts[:_ACCOUNTS], report.accounts[_ACCOUNTS:]
    most = max((each.monthly for each in shown), default=Decimal(0))
    rows = [
        [f"<bdi>{_clipped(each.account)}</bdi>", *_costs(each), _bar(each.monthly_not_used, each.monthly, most)]
        for each in shown
    ]
    if others:
        rows.append([f"{count(len(others), 'more')}, in the workbook", *[""] * 7])
    totals = []
    for currency, whole in report.costs.items():
        of_currency = [each for each in report.accounts if each.currency == currency]
        counts = (sum(each.numbers for each in of_currency), sum(each.not_used for each in of_currency))
        sums = (_money(amount) for amount in _with_year(whole, report.costs_not_used.get(currency, Decimal(0))))
        totals.append(["Total", currency, *(f"{number:,}" for number in counts), *sums, ""])
    heads = ["Account", "Currency", "Numbers", "Not used", "A month", "Not used", "Saving a year", ""]
    if len(report.costs) == 1 and all(each.currency for each in report.accounts):
        # The one currency stands in the head.
        heads[4] = f"{_text(*report.costs)} a month"
        for row in (heads, *rows, *totals):
            del row[1]
    return _table(heads, rows, right=range(len(heads) - 6, len(heads) - 1), totals=totals)


def _with_year(whole: Decimal, idle: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    return whole, idle, 12 * idle


def _costs(each: AccountCosts) -> Sequence[str]:
    counts = (f"{each.numbers:,}", f"{each.not_used:,}")
    if not each.currency:
        return ("not known", *counts, "", "", "")
    whole, idle, year = map(_money, _with_year(each.monthly, each.monthly_not_used))
    return (each.currency, *counts, whole, idle, f"<b>{year}</b>")


def _since(report: Report) -> str:
    return f"Since {day(report.comparison.then.at)}" if report.comparison else "Since the last check"


def _counts(report: Report) -> str:
    if report.comparison is None:
        return f'<p class="note">{NO_COMPARISON}</p>'
    sums: dict[str, Decimal] = {}
    rows = []
    for kind, many in count_changes(report).items():
        of_kind: dict[str, Decimal] = {}
        for change in report.comparison.changes:
            if change.kind == kind and change.monthly is not None:
                for total in (sums, of_kind):
                    name = change.currency or ""
                    total[name] = total.get(name, Decimal(0)) + change.monthly
        rows.append([_text(CHANGED[kind]), f"{many:,}", _signed(of_kind)])
    if not rows:
        return "<p>Nothing changed.</p>"
    return _table(("Change", "Numbers", "A month"), rows, right=(1, 2), totals=[["All", "", _signed(sums)]])


def _largest(report: Report) -> str:
    frame = report.not_used.head(_LARGEST)
    if not len(frame):
        return "<p>No number is known to be unused.</p>"
    names = ("phone_number", "name", "account", "last_used", "next_billing", "monthly", "currency")
    rows = []
    for number, name, account, last, billed, monthly, currency in list_rows(frame, names):
        used = day(last) if last else f"none in {count(report.about.days, 'day')}"
        saving = f"{currency or ''} {_money(12 * monthly)}".strip() if monthly is not None else "price not known"
        texts = (
            f'<span class="phone">{_text(spaced(number))}</span>',
            *(f"<bdi>{_clipped(t)}</bdi>" for t in (name, account)),
        )
        rows.append([*texts, used, _day(billed), saving])
    return _table(("Number", "Name", "Account", "Last used", "Next bill", "Saving a year"), rows, right=(5,))


def _compared(report: Report) -> str:
    if report.comparison is None:
        return ""
    return f"{_text(describe_comparison(report))} {_of(len(report.comparison.changes), _CHANGES, 'Changes')}"


def _changes(report: Report) -> str:
    if report.comparison is None:
        return f"<p>{NO_COMPARISON}</p>"
    if not report.comparison.changes:
        return "<p>Nothing changed.</p>"
    rows = [_change(change) for change in report.comparison.changes[:_CHANGES]]
    return _table(("Change", "Number", "Name", "Account", "Before and now", "A month"), rows, right=(5,))


def _change(change: Change) -> Sequence[str]:
    amount = {change.currency or "": change.monthly} if change.monthly is not None else {}
    return (
        _text(CHANGED[change.kind]),
        f'<span class="phone">{_text(spaced(change.phone_number))}</span>',
        *(f"<bdi>{_clipped(text)}</bdi>" for text in (change.name, change.account)),
        _clipped(describe_change(change)),
        _signed(amount),
    )


def _little_used(report: Report) -> str:
    frame = report.little_used.head(_LITTLE)
    rows = []
    for number, name, few, inbound, monthly, currency in list_rows(
        frame, ("phone_number", "name", "trickle", "inbound_only", "monthly", "currency")
    ):
        how = "; ".join(words for words, is_so in (("few", few), ("inbound only", inbound)) if is_so)
        price = f"{currency or ''} {_money(monthly)}".strip() if monthly is not None else "price not known"
        phone = f'<span class="phone">{_text(spaced(number))}</span>'
        rows.append([phone, f"<bdi>{_clipped(name)}</bdi>", how, price])
    return _table(("Number", "Name", "Used", "A month"), rows, right=(3,)) if rows else ""


def _saved(report: Report) -> str:
    """Draw what was saved in each of the last months, in the currency with the largest sum."""
    sums: dict[tuple[str, date], Decimal] = {}
    for row in report.savings.rows:
        sums[row.currency, row.month] = sums.get((row.currency, row.month), Decimal(0)) + row.amount
    shown = sorted(sums, key=lambda of: (of[1], of[0]))[-_MONTHS:]
    most = max((sums[of] for of in shown), default=Decimal(0))
    rows = [
        [f"{day(of[1]).partition(' ')[2]}", f"{of[0]} {_money(sums[of])}", _bar(Decimal(0), sums[of], most)]
        for of in shown
    ]
    return _table(("Month", "Saved", ""), rows, right=(1,)) if rows else ""


# -- shared parts ----------------------------------------------------------------------------------


def _table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int], totals: Iterable[Sequence[str]] = ()
) -> str:
    """Write a table of cells that are HTML already."""

    def line(cells: Sequence[str], tag: str) -> str:
        kinds = (' class="n"' if place in right else "" for place in range(len(cells)))
        return "".join(f"<{tag}{kind}>{cell}</{tag}>" for kind, cell in zip(kinds, cells, strict=True))

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    foot = "".join(f"<tr>{line(row, 'td')}</tr>" for row in totals)
    below = f"<tfoot>{foot}</tfoot>" if foot else ""
    return f"<table><thead><tr>{line(heads, 'th')}</tr></thead><tbody>{body}</tbody>{below}</table>"


def _bar(idle: Decimal, whole: Decimal, most: Decimal) -> str:
    if not most:
        return ""
    parts = (("idle", idle), ("used", whole - idle))
    drawn = "".join(f'<i class="{kind}" style="width:{100 * part / most:.1f}%"></i>' for kind, part in parts if part)
    return f'<div class="bar" aria-hidden="true">{drawn}</div>'


def _of(number: int, shown: int, sheet: str) -> str:
    return f"{min(number, shown):,} of {number:,}; all on the sheet {sheet} of the workbook" if number > shown else ""


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _signed(sums: dict[str, Decimal]) -> str:
    """Write more with a plus, and less with a minus."""
    return "<br>".join(
        f"{_text(currency)} {'+' if amount >= 0 else _MINUS}{abs(amount):,.2f}".strip()
        for currency, amount in sums.items()
    )


def _day(when: date | None) -> str:
    return " ".join(day(when).split()[:2]) if when else "not known"


def _clipped(text: object) -> str:
    return f'<span class="clip">{_text(text)}</span>' if text else ""


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} … The workbook has all of it."


def _text(text: object) -> str:
    return html.escape(without_secrets(str(text)))
