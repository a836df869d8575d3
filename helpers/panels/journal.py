"""The panel that shows the journal, and checks and closes its open entries."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby

import ipywidgets as widgets

from helpers.actions.outcome import Settled
from helpers.core.dates import day
from helpers.core.redact import without_secrets
from helpers.core.typed_text import is_sentence
from helpers.journal.entries import Entry
from helpers.journal.journal import ACCEPTING, Behind
from helpers.journal.states import NAMED, Act
from helpers.panels.shared.grounds import show_ticket
from helpers.panels.shared.html import SPACE_BAR, BannerFacts, count, escape, link, message, moment, named
from helpers.panels.shared.number_card import show_heading
from helpers.panels.shared.outcome import show_proof, show_steps
from helpers.panels.shared.panel import Panel, guarded
from helpers.panels.shared.reconcile_button import ReconcileButton
from helpers.panels.shared.state_sign import show_state

#: Entries in a list; ``desk.journal()`` has them all.
SHOWN = 100
#: Seconds without a key after which a search begins.
_TYPING = 0.3
_WHAT_NOW = (
    "Put the newest copy back and run this notebook again. Or, where this journal is meant, type the sentence below: "
    "that you did is written down in it."
)
_BY_KEYBOARD = message(SPACE_BAR, "quiet")
_NOTHING = (
    '<p class="desk-empty">Nothing was done here yet. Whatever you confirm in '
    f"{link('02_release.ipynb', '02_release.ipynb')} or {link('03_release_many.ipynb', '03_release_many.ipynb')} is "
    "written down here before it happens.</p>"
)


class JournalPanel(Panel):
    """
    Show open entries, each with a button that checks and closes it, and below them the closed ones.

    ``buttons`` maps the id of each open entry to its button, ``search`` finds entries, ``typed`` and ``accept`` accept
    a journal that is shorter than it was, ``refresh`` reads the journal again, ``said`` is the last message, and
    ``await panel.ready()`` waits until no task is running.  Showing it sends Twilio no request.

    Args:
        open_entries: Reads the open entries.

        closed_entries: Reads so many of the newest closed entries, and counts them all.

        search: Finds so many of the newest entries that hold a text, and tells whether there are more.

        settle: Checks Twilio and writes the proven outcome into the journal; slow.

        behind: Returns the gap of a journal that lost entries; None where there is none.

        accept: Accepts a journal with a gap, given the typed sentence.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        open_entries: Callable[[], list[Entry]],
        closed_entries: Callable[[int], tuple[list[Entry], int]],
        search: Callable[[str, int], tuple[list[Entry], bool]],
        settle: Callable[[Entry], Settled],
        behind: Callable[[], Behind | None],
        accept: Callable[[str], None],
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "Everything this kit ever did here; what is not finished comes first."
        super().__init__(title="Journal", subtitle=subtitle, place=place(), clock=clock)
        self._read_open, self._read_closed, self._settle = open_entries, closed_entries, settle
        self._behind, self._accept, self._find = behind, accept, search
        self._open: list[ReconcileButton] = []
        #: The list of closed entries, as it was read last.
        self._closed = ""
        self.buttons: dict[str, widgets.Button] = {}
        self.refresh = widgets.Button(description="Read the journal again", icon="refresh")
        self.state = widgets.HTML()
        self._missing = widgets.HTML()
        self.typed = widgets.Text(description=f"Type “{ACCEPTING}”")
        self.accept = widgets.Button(description="Yes, go on with it", disabled=True)
        self.accept.add_class("desk-danger")
        self._accepting = widgets.VBox([self._missing, self.typed, self.accept, widgets.HTML(_BY_KEYBOARD)])
        self._accepting.add_class("desk-card")
        self._cards = widgets.VBox()
        self.search = widgets.Text(
            description="Search the journal", placeholder="number, name, account, person, reason, ticket"
        )
        self.closed = widgets.HTML()
        self.refresh.on_click(self._on_refresh)
        self.search.observe(self._on_search, "value")
        self.typed.observe(self._arm, "value")
        self.accept.on_click(self._on_accept)
        self._show_missing()
        self._compose(self._accepting, self.state, self._banner, self._cards, self.search, self.closed, self.refresh)
        self._spawn(self._read())

    async def _read(self) -> None:
        still_open, (closed, all_closed), now = await asyncio.to_thread(
            lambda: (self._read_open(), self._read_closed(SHOWN), self._clock())
        )
        if still_open:
            entries_text = count(len(still_open), "entry is not finished", "entries are not finished")
            self.state.value = message(f"{entries_text}: what became of it has to be checked at Twilio.", "warning")
        elif not all_closed:
            self.state.value = _NOTHING if self._behind() is None else ""
        else:
            self.state.value = message("All is finished: what became of every request is known.", "good")
        self._show_open(_newest_first(still_open), now)
        self.search.layout.display = None if still_open or all_closed else "none"
        self._closed = _closed(_newest_first(closed), all_closed, now)
        await self._show_found()

    @guarded
    def _on_search(self, _: object) -> None:
        self._spawn(self._show_found(pause=_TYPING))

    async def _show_found(self, *, pause: float = 0) -> None:
        """Show the entries that were searched for; without a search, the closed ones."""
        text = self.search.value.strip()
        if not text:
            self.closed.value = self._closed
            return
        await asyncio.sleep(pause)
        if text != self.search.value.strip():
            # Somebody types on.
            return
        (entries, more), now = await asyncio.to_thread(lambda: (self._find(text, SHOWN), self._clock()))
        if text == self.search.value.strip():
            self.closed.value = _found(entries, now, more=more)

    def _show_missing(self) -> None:
        behind = self._behind()
        self._accepting.layout.display = "none" if behind is None else ""
        self._missing.value = "" if behind is None else message(f"{behind.what_happened} {_WHAT_NOW}", "bad")

    @guarded
    def _arm(self, _: object = None) -> None:
        self.accept.disabled = self._busy or not is_sentence(self.typed.value, ACCEPTING)

    @guarded
    def _on_accept(self, _: object) -> None:
        self._work(self._accept_journal(self.typed.value))

    async def _accept_journal(self, typed: str) -> None:
        await asyncio.to_thread(self._accept, typed)
        self.typed.value = ""
        self._show_missing()
        self._tell("The journal is taken as it is, and a line of it says so.", "good")
        with self._standing():
            await self._read()

    def _show_open(self, entries: Iterable[Entry], now: datetime) -> None:
        self._open, self.buttons, cards = [], {}, []
        for entry in entries:
            settling = ReconcileButton(on_click=self._on_settle, on_failure=self.fail)
            settling.show_entry(entry, now=now)
            text = show_heading(entry.phone_number) + _about(entry) + show_steps(entry) + show_proof(entry)
            card = widgets.VBox([widgets.HTML(text), settling])
            card.add_class("desk-card")
            cards.append(card)
            self._open.append(settling)
            self.buttons[entry.id] = settling.button
        self._cards.children = cards

    @guarded
    def _on_settle(self, entry: Entry) -> None:
        # The second click of a double click can come from a removed button of a closed entry.
        if entry.id in self.buttons:
            self._work(self._settle_it(entry))

    async def _settle_it(self, entry: Entry) -> None:
        self._tell(f"Looking for {entry.phone_number} at Twilio…", "waiting")
        try:
            settled = await asyncio.to_thread(self._settle, entry)
        except Exception as failure:  # noqa: BLE001  # shown first, because the next reading may fail too
            self.fail(failure)
        else:
            self._tell(str(settled), "warning" if settled.entry.open else "good")
        with self._standing():
            await self._read()

    @guarded
    def _on_refresh(self, _: object) -> None:
        self._work(self._read_again())

    async def _read_again(self) -> None:
        self._tell("", "quiet")
        await self._read()

    def _tick(self, now: datetime) -> None:
        for settling in self._open:
            settling.tick(now)

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return self.refresh, self.typed, *self.buttons.values()


def _about(entry: Entry) -> str:
    account = named(entry.details.get("account_name") or entry.account_sid)
    return f'<p class="desk-muted">{_action(entry)} · {account} {show_state(entry.state)}</p>{_ticket(entry)}'


def _action(entry: Entry) -> str:
    return {
        Act.RELEASE: "Release",
        Act.UNREGISTER: "Unregister its emergency address",
        Act.MOVE: f"Move to {named(entry.details.get('target_name') or '')}",
        Act.ACCEPT: "Go on with a shorter journal",
        Act.SECOND_PERSON: "Change the rule about second persons",
        Act.APPROVE: "Approve a plan",
        Act.AGREE: f"{named(entry.details.get('owner') or '')} agreed to a plan",
        Act.OTHER: "An act of a newer version",
    }[entry.act]


def _ticket(entry: Entry) -> str:
    ticket = entry.details.get("ticket")
    return f"<p>Ticket: {show_ticket(str(ticket))}</p>" if ticket else ""


def _more(entry: Entry) -> str:
    """Show what the line of an entry does not: another act than a release, and a link, which cannot be in a line."""
    return ("" if entry.act == Act.RELEASE else f'<p class="desk-muted">{_action(entry)}</p>') + _ticket(entry)


def _newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: -entry.rows[-1].n)


def _closed(entries: list[Entry], many: int, now: datetime) -> str:
    """Show the newest of *many* closed entries."""
    if not entries:
        return ""
    cut = f" The newest {SHOWN} are listed; the search looks through all." if many > SHOWN else ""
    return _list("Closed", f"{count(many, 'closed entry', 'closed entries')}.{cut}", entries[:SHOWN], now)


def _found(entries: list[Entry], now: datetime, *, more: bool) -> str:
    """Show the entries that a search found."""
    if not entries:
        return '<p class="desk-empty">No entry of this journal holds that. Search for less, or for a part of it.</p>'
    head = (
        f"The newest {len(entries)} are listed, and there are more."
        if more
        else f"{count(len(entries), 'entry', 'entries')}."
    )
    return _list("Found", head, entries, now)


def _list(title: str, head: str, entries: Iterable[Entry], now: datetime) -> str:
    """List entries by day, each with a line of what people ask; a click or the space bar opens its steps."""
    lines = ""
    for when, of_day in groupby(entries, key=lambda entry: entry.at.astimezone().date()):
        today = "Today, " if when == now.astimezone().date() else ""
        lines += f'<h4 class="desk-day">{today}{day(when)}</h4>'
        lines += "".join(
            f'<details class="desk-more"><summary>{_line(entry, now)}</summary>{_more(entry)}'
            f"{show_steps(entry)}{show_proof(entry)}</details>"
            for entry in of_day
        )
    return (
        f'<div class="desk-card"><h3 class="desk-step">{title}</h3><p class="desk-hint">{escape(head)}</p>{lines}</div>'
    )


def _line(entry: Entry, now: datetime) -> str:
    """Say in columns when, what became of which number, whose, by whom, why, and until when it can be taken back."""
    details, confirmed = entry.details, entry.confirmed
    who = details.get("restored_by") or details.get("who")
    facts = [
        escape(str(confirmed.get("reason_code") or "").capitalize()),
        f"ticket: {named(ticket)}" if (ticket := confirmed.get("ticket")) else "",
        f"owner: {named(owner)}" if (owner := details.get("owner")) else "",
    ]
    until = entry.take_back_until(now)
    number = f"<code>{escape(entry.phone_number)}</code>" if entry.phone_number else NAMED[entry.act]
    why = f"“{named(without_secrets(str(confirmed['why'])))}”" if confirmed.get("why") else ""
    columns = [
        moment(entry.at, with_day=False),
        f"<b>{number}</b>{_below(named(entry.number.friendly_name) if entry.number else '')}",
        show_state(entry.shown_state(now)),
        named(details.get("account_name") or entry.account_sid),
        f"by {named(who)}" if who else "",
        f"{why}{_below(' · '.join(filter(None, facts)))}{_below(f'take back until {moment(until)}' if until else '')}",
    ]
    return f'<span class="desk-entry">{"".join(f"<span>{column}</span> " for column in columns)}</span>'


def _below(words: str) -> str:
    return f' <span class="desk-muted">{words}</span>' if words else ""
