"""
The one look of everything the kit shows: words in, safe HTML out.

ipywidgets does not sanitise HTML, and names at Twilio are whatever somebody typed, so
every text goes through ``escape``.  Colours come from JupyterLab's own theme.
"""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category

import phonenumbers

from helpers import __version__
from helpers.core.dates import day, day_and_hour
from helpers.core.records import Account
from helpers.core.redact import without_secrets
from helpers.evidence.prices import country_of

#: Unicode's kinds of signs that nobody sees, and that change how what is around them is read.
_DISGUISES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
#: Joins the parts of some emoji and letters; takes nothing apart.
_HARMLESS = {"\u200c", "\u200d"}

SPINNER = '<span class="desk-spinner"></span>'
_ALONE = ", without subaccounts: every number is its own, and to be chosen under its name"
#: Enter presses no button that releases or buys, so whoever comes by keyboard is told what does.
SPACE_BAR = "By keyboard, the space bar presses it; Enter does not."


@dataclass(frozen=True)
class BannerFacts:
    """Where a notebook is: what its banner tells."""

    live: bool
    account: Account
    #: How many there are besides the account itself; None where they cannot be seen.
    subaccounts: int | None
    #: What is in reach of the credentials, one sentence each.
    because: tuple[str, ...]
    #: Journal entries whose outcome is still out.
    open_entries: int


@dataclass(frozen=True)
class Note:
    """A sentence that shows itself in a notebook."""

    text: str

    def __repr__(self) -> str:
        return plain(self.text)

    def _repr_html_(self) -> str:
        return f'{style()}<div class="desk"><p class="desk-note">{escape(self.text)}</p></div>'


def note(text: str) -> Note:
    """Make a sentence that can be displayed."""
    return Note(text)


def banner(place: BannerFacts) -> str:
    """Say where a notebook is, first of all: practice or LIVE, which account, what is in reach, what is open."""
    if place.live:
        kind, where = "live", "LIVE. What is released on this page is released at Twilio, and buying it back is billed."
    else:
        kind, where = "practice", "Practice. Nothing on this page is real."
    account = f"<b>{named(place.account.friendly_name)}</b> <code>{escape(place.account.sid)}</code>"
    if place.subaccounts is not None:
        account += f", with {count(place.subaccounts, 'subaccount')}" if place.subaccounts else _ALONE
    lines = [f'<p class="desk-where">{pill(live=place.live)} {where}</p>', f"<p>{account}. Kit {__version__}.</p>"]
    lines += [f"<p>{escape(sentence)}</p>" for sentence in place.because]
    if place.open_entries:
        journal = link("05_journal.ipynb", "the journal notebook")
        entries = count(place.open_entries, "journal entry is still open", "journal entries are still open")
        lines.append(
            f'<p class="desk-open" role="alert">{entries}: what became of it is not known yet. '
            f"Settle it in {journal} before anything else.</p>"
        )
    return f'{style()}<div class="desk"><div class="desk-banner desk-{kind}">{"".join(lines)}</div></div>'


def plain(text: object) -> str:
    r"""
    Take out of a text what must not be shown, or would disguise the rest of it.

    Passwords and keys inside web addresses; line breaks and other control signs; the marks
    that reverse the direction of writing.

    >>> plain("https://ann:secret@acme.example/ivr?to=a@b")
    'https://acme.example/ivr?to=a@b'
    >>> plain("old\nhotline \u202e0123")
    'old hotline 0123'
    """
    without = without_secrets(str(text))
    signs = (
        sign if sign in _HARMLESS or category(sign) not in _DISGUISES else " " if sign.isspace() else ""
        for sign in without
    )
    return "".join(signs)


def escape(text: object) -> str:
    """
    Write any text as HTML that shows it and does nothing else.

    >>> escape("<img src=x onerror=alert(1)>")
    '&lt;img src=x onerror=alert(1)&gt;'
    """
    return html.escape(plain(text))


def named(name: object) -> str:
    """Write somebody's name for something, kept from turning the line around where it is written right to left."""
    return f"<bdi>{escape(name)}</bdi>"


def count(how_many: int, one: str, many: str | None = None) -> str:
    """
    Count things.

    >>> count(1, "number"), count(1200, "number"), count(2, "entry", "entries")
    ('1 number', '1,200 numbers', '2 entries')
    """
    return f"{how_many:,} {one if how_many == 1 else many or one + 's'}"


def for_people(phone_number: str) -> str:
    """
    Write a number as people do; as it came where it is none that the world's plans know.

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
    Write a number as it is written in its own country; nothing where the world's plans do not know it.

    >>> national("+14155550112"), national("+442079460123"), national("12")
    ('(415) 555-0112', '020 7946 0123', '')
    """
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def without_punctuation(words: str) -> str:
    """
    Take the punctuation out of a phone number or a piece of one, so that however it is written, it is found.

    >>> without_punctuation("(415) 555-0112"), without_punctuation("555.01"), without_punctuation("a.b")
    ('4155550112', '55501', 'a.b')
    """
    bare = "".join(sign for sign in words if sign not in " ()-./")
    return bare if bare.lstrip("+").isdigit() else words


def phone(phone_number: str) -> str:
    """
    Show a number as it has to be typed, and beside it as its own country writes it, with the country.

    >>> phone("12")
    '<code>12</code>'
    """
    aside = ", ".join(part for part in (national(phone_number), country_of(phone_number)) if part)
    beside = f' <span class="desk-aside">{escape(aside)}</span>' if aside else ""
    return f"<code>{escape(phone_number)}</code>{beside}"


def local(when: datetime) -> str:
    """Write a moment in the zone of this machine, in words alone."""
    here = when.astimezone()
    return f"{day(here)}, {here:%H:%M} {_zone(here)}"


def moment(when: datetime, *, shown: str = "%H:%M", with_day: bool = True) -> str:
    """
    Show a moment in the zone of this machine, with UTC at hand where that is another.

    What is kept, as the journal, reports and files, is in UTC: whoever compares the two lets the
    mouse rest on it.
    """
    here = when.astimezone()
    words = f"{day(here)}, " if with_day else ""
    words += f"{here.strftime(shown)} {_zone(here)}"
    utc = "" if _zone(here) == "UTC" else f' title="{escape(day_and_hour(when))}"'
    iso = when.astimezone(UTC).isoformat(timespec="seconds")
    return f'<time class="desk-time" datetime="{iso}"{utc}>{escape(words)}</time>'


def _zone(here: datetime) -> str:
    name = here.tzname() or ""
    # Many zones have no name but how far they are ahead.
    return f"UTC{name}" if name[:1] in {"+", "-"} else name


def pill(*, live: bool) -> str:
    """Say in one word where one is; in words, because colours alone are missed."""
    return '<span class="desk-pill desk-live">LIVE</span>' if live else '<span class="desk-pill">PRACTICE</span>'


def link(notebook: str, text: str) -> str:
    """Point to another notebook of the kit, which opens beside this one."""
    return f'<a href="{escape(notebook)}" target="_blank">{escape(text)}</a>'


def step(number: int, what: str) -> str:
    """Head a step of a panel."""
    return f'<h3 class="desk-step">{number} · {escape(what)}</h3>'


def message(text: str, kind: str) -> str:
    """
    Tell something, so that a screen reader tells it too.

    Args:
        kind: ``good``, ``warning``, ``bad`` or ``waiting``; the last two differ in how they interrupt.
    """
    if not text:
        return ""
    role = "alert" if kind in {"bad", "warning"} else "status"
    spinner = SPINNER if kind == "waiting" else ""
    return f'<div class="desk-message desk-{kind}" role="{role}">{spinner}<span>{escape(text)}</span></div>'


def facts(rows: Mapping[str, str]) -> str:
    """Lay out facts, name beside value; the values are HTML already."""
    cells = "".join(f"<div>{escape(name)}</div><div>{value}</div>" for name, value in rows.items())
    return f'<div class="desk-facts">{cells}</div>'


def sentences(texts: Iterable[str], kind: str) -> str:
    """List sentences of one kind, each on a line of its own; nothing for none."""
    lines = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return f'<div class="desk-message desk-{kind}"><div>{lines}</div></div>' if lines else ""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Lay out a table; the cells are HTML already."""
    named_columns = list(heads)
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in named_columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    whole = f'<table class="desk-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    # What scrolls has to be reached by keyboard, and what is reached has to have a name.
    name = escape(f"Table: {', '.join(named_columns)}")
    return f'<div class="desk-scroll" tabindex="0" role="region" aria-label="{name}">{whole}</div>'


@cache
def style() -> str:
    """Read the style sheet, as an element to put before what it dresses."""
    return f"<style>{(Path(__file__).parent / 'style.css').read_text(encoding='utf-8')}</style>"
