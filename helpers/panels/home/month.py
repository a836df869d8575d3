"""The card of the first screen that tells what changed since about a month ago."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from helpers.core.dates import day, day_and_hour
from helpers.evidence.changes import Change, ChangeKind
from helpers.panels.shared.html import escape, for_people, named
from helpers.tables.report.reporter import LastReport, Month
from helpers.tables.report.words import CHANGED, NO_COMPARISON, describe_dates

#: So many numbers of each kind are named.
_NAMED = 2


def show_month(month: Month) -> str:
    """Show what changed between the last two looks that are about a month apart, and the last report."""
    comparison = month.comparison
    if comparison is None:
        return f'<h3 class="desk-step">Since last month</h3><p>{NO_COMPARISON}</p>{_last(month.report)}'
    by_kind: dict[ChangeKind, list[Change]] = {}
    for change in comparison.changes:
        by_kind.setdefault(change.kind, []).append(change)
    rows = "".join(_row(f"{len(changes):,} {_lower(CHANGED[kind])}", changes) for kind, changes in by_kind.items())
    told = f'<ul class="desk-attention">{rows}</ul>' if rows else "<p>Nothing changed.</p>"
    hint = f'<p class="desk-hint">{describe_dates(comparison)}</p>'
    return f'<h3 class="desk-step">Since {day(comparison.then.at)}</h3>{told}{hint}{_last(month.report)}'


def _row(title: str, changes: Sequence[Change]) -> str:
    return f"<li><div><b>{escape(title)}</b><p>{'; '.join(_numbers(changes))}</p></div></li>"


def _numbers(changes: Sequence[Change]) -> Iterator[str]:
    """Name the first numbers, and count the others; HTML."""
    for change in changes[:_NAMED]:
        yield f"<code>{escape(for_people(change.phone_number))}</code>" + (
            f" {named(change.name)}" if change.name else ""
        )
    if len(changes) > _NAMED:
        yield f"{len(changes) - _NAMED:,} more"


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _last(report: LastReport | None) -> str:
    """Name the last report and its folder; empty where there is none."""
    if report is None:
        return ""
    folder = f" in <code>{escape(PurePath(report.files[0]).parent)}</code>" if report.files else ""
    told = f"Last report: {day_and_hour(report.at)}{folder}. {escape(report.headline)}."
    return f'<p class="desk-hint">{told}</p>'
