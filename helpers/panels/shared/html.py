"""
Turn text into safe HTML with the kit's style.

ipywidgets does not sanitise HTML, and names at Twilio can contain any text, so every
text passes through ``escape``.  Colours come from JupyterLab's theme.
"""

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category

import phonenumbers

from helpers import __version__
from helpers.core.dates import about_the_clock, day, day_and_hour
from helpers.core.reasons import Request
from helpers.core.records import Account, Reach
from helpers.core.redact import without_secrets
from helpers.decisions.session import Session
from helpers.evidence.countries import country_of
from helpers.journal.entries import Entry
from helpers.journal.states import NAMED, in_words

#: Unicode categories of invisible characters that change how the text around them appears.
_DISGUISES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
#: Characters that join the parts of some emoji and letters.
_HARMLESS = {"\u200c", "\u200d"}

SPINNER = '<span class="desk-spinner"></span>'
_ALONE = ", without subaccounts: every number is its own, and to be chosen under its name"
_SHARED_JOURNAL = (
    "The journal is a database that others can read, too: it keeps the web addresses of released numbers with the "
    "passwords in them, because taking a number back needs them."
)
_VERIFYING = "The journal is long, and its rows are being verified: what you confirm now waits until all are."
#: Enter presses no button that releases or buys, so keyboard users need this sentence.
SPACE_BAR = "By keyboard, the space bar presses it; Enter does not."


@dataclass(frozen=True)
class BannerFacts:
    """The facts that a notebook's banner shows."""

    live: bool
    account: Account
    #: The number of open subaccounts; None where the credentials cannot see them.
    subaccounts: int | None
    #: Sentences about the reach of the credentials, the clock, the journal and late releases.
    notes: tuple[str, ...]
    #: The number of journal entries whose outcome is not known yet.
    open_entries: int
    #: The entry to which something was written last; None in an empty journal.
    latest: Entry | None = None
    #: When these facts were collected: the box does not change any more.
    drawn_at: datetime | None = None
    #: What the desk's credentials reach, and what an API key may not do there.
    reach: Reach | None = None

    @property
    def by_key(self) -> bool:
        """Whether the desk's credentials are an API key."""
        return self.reach is not None and self.reach.credential == "API key"

    def may(self, request: Request, account_sid: str | None = None) -> bool:
        """Tell whether the credentials may do that in an account, as far as is known; None is their own account."""
        return self.reach is None or request not in self.reach.refused_in(account_sid or self.account.sid)


def banner_facts(session: Session, late_releases: Iterable[str]) -> BannerFacts:
    """Collect the facts for a banner; *late_releases* are sentences about earlier releases."""
    reach, accounts, journal = session.reach, session.accounts, session.journal
    # Credentials that see one account only do not prove that there are no others.
    is_counted = reach.account.is_main and (reach.whole_company or len(accounts) > 1)
    subaccounts = sum(not account.is_main and account.status != "closed" for account in accounts)
    connection, shared = session.gateway.connection, [_SHARED_JOURNAL] if journal.shared else []
    wrong = [str(each) for each in (journal.behind, journal.broken) if each is not None]
    waiting = [_VERIFYING] if journal.verifying else []
    clock = about_the_clock(session.gateway.transport.ahead)
    return BannerFacts(
        live=session.live,
        account=reach.account,
        subaccounts=subaccounts if is_counted else None,
        notes=(*reach.because, *connection.notes, *shared, *clock, *wrong, *waiting, *late_releases),
        open_entries=len(journal.open_entries()),
        latest=journal.latest(),
        drawn_at=session.clock(),
        reach=reach,
    )


@dataclass(frozen=True)
class Note:
    """A sentence that a notebook can display, with what few ask for folded below it."""

    text: str
    details: str = ""

    def __repr__(self) -> str:
        return plain(self.text)

    def _repr_html_(self) -> str:
        more = f"<details><summary>Details</summary>{escape(self.details)}</details>" if self.details else ""
        return f'{style()}<div class="desk"><div class="desk-note">{escape(self.text)}{more}</div></div>'


def banner(place: BannerFacts) -> str:
    """Show practice or LIVE, the account, the reach of the credentials, and the number of open journal entries."""
    if place.live:
        kind, where = "live", "LIVE. What is released on this page is released at Twilio, and buying it back is billed."
    else:
        kind, where = "practice", "Practice. Nothing on this page is real."
    account = f"<b>{named(place.account.friendly_name)}</b> <code>{escape(place.account.sid)}</code>"
    if place.subaccounts is not None:
        account += f", with {count(place.subaccounts, 'subaccount')}" if place.subaccounts else _ALONE
    lines = [f'<p class="desk-where">{pill(live=place.live)} {where}</p>', f"<p>{account}. Kit {__version__}.</p>"]
    lines += [f"<p>{escape(sentence)}</p>" for sentence in place.notes]
    if place.latest is not None and place.drawn_at is not None:
        lines.append(_last_act(place.latest, place.drawn_at))
    if place.open_entries:
        journal = link("05_journal.ipynb", "the journal notebook")
        entries = count(place.open_entries, "journal entry is still open", "journal entries are still open")
        lines.append(
            f'<p class="desk-open" role="alert">{entries}: what became of it is not known yet. '
            f"Check and close it in {journal} before anything else.</p>"
        )
    return f'{style()}<div class="desk"><div class="desk-banner desk-{kind}">{"".join(lines)}</div></div>'


def _last_act(entry: Entry, now: datetime) -> str:
    """Say what the kit had done last when the box was drawn, for whoever lost sight of it."""
    until = entry.take_back_until(now)
    what = f"<code>{escape(entry.phone_number)}</code>" if entry.phone_number else NAMED[entry.act]
    who = entry.details.get("restored_by") or entry.details.get("who")
    by = f", by {named(who)}" if who else ""
    can = f" It could be taken back until {moment(until)}." if until else ""
    last = f"{what} {escape(in_words(entry.state))}, {moment(entry.at)}{by}.{can}"
    return f'<p class="desk-muted">Last in the journal at {moment(now, with_day=False)}: {last}</p>'


def plain(text: object) -> str:
    r"""
    Remove secrets and misleading invisible characters from a text.

    These are passwords and keys inside web addresses, line breaks and other control
    characters, and the marks that reverse the direction of writing.

    >>> plain("https://ann:secret@acme.example/ivr?to=a@b")
    'https://acme.example/ivr?to=a@b'
    >>> plain("old\nhotline \u202e0123")
    'old hotline 0123'
    """
    bare = without_secrets(str(text))
    if bare.isascii() and bare.isprintable():
        return bare
    return "".join(
        sign if sign in _HARMLESS or category(sign) not in _DISGUISES else " " if sign.isspace() else ""
        for sign in bare
    )


def escape(text: object) -> str:
    """
    Escape a text, so that HTML shows it and runs nothing of it.

    >>> escape("<img src=x onerror=alert(1)>")
    '&lt;img src=x onerror=alert(1)&gt;'
    """
    return html.escape(plain(text))


def named(name: object) -> str:
    """Escape a name, and isolate it: a name written from right to left must not reorder its line."""
    return f"<bdi>{escape(name)}</bdi>"


def count(number: int, one: str, many: str | None = None) -> str:
    """
    Write a number of things.

    >>> count(1, "number"), count(1200, "number"), count(2, "entry", "entries")
    ('1 number', '1,200 numbers', '2 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def for_people(phone_number: str) -> str:
    """
    Write a phone number in its international form; unchanged where it cannot be parsed.

    >>> for_people("+14155550112"), for_people("12")
    ('+1 415-555-0112', '12')
    """
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return phone_number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=20_000)
def national(phone_number: str) -> str:
    """
    Write a phone number in the form of its country; empty where it cannot be parsed.

    >>> national("+14155550112"), national("+442079460123"), national("12")
    ('(415) 555-0112', '020 7946 0123', '')
    """
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def without_punctuation(text: str) -> str:
    """
    Remove the punctuation from a phone number or a part of one, so that a search finds every way of writing it.

    >>> without_punctuation("(415) 555-0112"), without_punctuation("555.01"), without_punctuation("a.b")
    ('4155550112', '55501', 'a.b')
    """
    bare = "".join(sign for sign in text if sign not in " ()-./")
    return bare if bare.lstrip("+").isdigit() else text


def phone(phone_number: str) -> str:
    """
    Show a phone number as it has to be typed, followed by its national form and its country.

    >>> phone("12")
    '<code>12</code>'
    """
    aside = ", ".join(part for part in (national(phone_number), country_of(phone_number)) if part)
    beside = f' <span class="desk-aside">{escape(aside)}</span>' if aside else ""
    return f"<code>{escape(phone_number)}</code>{beside}"


def local(when: datetime) -> str:
    """Write a moment in this machine's time zone, as plain text."""
    here = when.astimezone()
    return f"{day(here)}, {here:%H:%M} {_zone(here)}"


def moment(when: datetime, *, shown: str = "%H:%M", with_day: bool = True) -> str:
    """
    Show a moment in this machine's time zone, with UTC in the tooltip where the zone is another.

    The journal, reports and files are in UTC; the tooltip helps to compare them with the screen.
    """
    here = when.astimezone()
    words = f"{day(here)}, " if with_day else ""
    words += f"{here.strftime(shown)} {_zone(here)}"
    utc = "" if _zone(here) == "UTC" else f' title="{escape(day_and_hour(when))}"'
    iso = when.astimezone(UTC).isoformat(timespec="seconds")
    return f'<time class="desk-time" datetime="{iso}"{utc}>{escape(words)}</time>'


def _zone(here: datetime) -> str:
    name = here.tzname() or ""
    # Many zones have no name, only an offset.
    return f"UTC{name}" if name[:1] in {"+", "-"} else name


def pill(*, live: bool) -> str:
    """Show LIVE or PRACTICE as a word, because people miss colours alone."""
    return '<span class="desk-pill desk-live">LIVE</span>' if live else '<span class="desk-pill">PRACTICE</span>'


def link(notebook: str, text: str) -> str:
    """Link to another notebook of the kit, in a new tab."""
    return f'<a href="{escape(notebook)}" target="_blank">{escape(text)}</a>'


def way_to(notebook: str, text: str) -> str:
    """Link to another notebook in a ``Pressable``: in JupyterLab, the kit's extension opens and runs it."""
    name = escape(json.dumps({"name": notebook}))
    command = f'data-commandlinker-command="number-kit:open" data-commandlinker-args="{name}"'
    return (
        f'<a class="desk-way" href="{escape(notebook)}" target="_blank" data-press="way" {command}>{escape(text)}</a>'
    )


def step(number: int, title: str) -> str:
    """Show the heading of a panel's step."""
    return f'<h3 class="desk-step">{number} · {escape(title)}</h3>'


def message(text: str, kind: str) -> str:
    """
    Show a message that a screen reader announces; nothing for an empty text.

    Args:
        kind: ``good``, ``quiet``, ``warning``, ``bad`` or ``waiting``.  A warning or a bad message interrupts the
            screen reader.
    """
    if not text:
        return ""
    role = "alert" if kind in {"bad", "warning"} else "status"
    spinner = SPINNER if kind == "waiting" else ""
    return f'<div class="desk-message desk-{kind}" role="{role}">{spinner}<span>{escape(text)}</span></div>'


def facts(rows: Mapping[str, str]) -> str:
    """Show names beside their values; the values are HTML already."""
    cells = "".join(f"<div>{escape(name)}</div><div>{value}</div>" for name, value in rows.items())
    return f'<div class="desk-facts">{cells}</div>'


def sentences(texts: Iterable[str], kind: str) -> str:
    """Show sentences of one kind, one a line; nothing for none."""
    lines = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return f'<div class="desk-message desk-{kind}"><div>{lines}</div></div>' if lines else ""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Show a table; the cells are HTML already."""
    labels = list(heads)
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in labels)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    whole = f'<table class="desk-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    # Keyboard users need focus to scroll the table, and a focused region needs a name.
    name = escape(f"Table: {', '.join(labels)}")
    return f'<div class="desk-scroll" tabindex="0" role="region" aria-label="{name}">{whole}</div>'


@cache
def style() -> str:
    """Read the style sheet as a ``<style>`` element."""
    return f"<style>{(Path(__file__).parent / 'style.css').read_text(encoding='utf-8')}</style>"
