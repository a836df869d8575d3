"""The details of one number of the inventory, and what can be done with it."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime

import ipywidgets as widgets

from helpers.decisions.protected import Kind, Protected
from helpers.decisions.protection import Protection
from helpers.evidence.window import WINDOW
from helpers.journal.entries import Entry
from helpers.panels.note import NoteForm
from helpers.panels.shared.columns import KNOWN, write_cells
from helpers.panels.shared.html import count, escape, facts, link, message, moment, named, phone, plain
from helpers.panels.shared.number_card import LIMITS
from helpers.panels.shared.panel import guarded, in_words
from helpers.panels.shared.pressable import Pressable
from helpers.tables.frames import Frame
from helpers.tables.story import last_step

RELEASE = "02_release.ipynb"
_MANY = "03_release_many.ipynb"
_EVIDENCE = ("last_used", "calls", "messages", "active", "looked_at", "how_looked")
_ELSE = ("account", "account_status", "type", "monthly", "next_billing", "created", "emergency_address", "blocked")
#: What most numbers do not have.
_NOTED = (
    *("trickle", "inbound_only", "cost_per_event", "changed", "before_and_now"),
    *("owner", "keep_until", "note"),
)
#: The most entries of the journal that are listed.
_LISTED = 5


class Drawer(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    Show one number's evidence, connections, history and notes, with buttons for what to do next; hidden at first.

    Nothing in it releases anything: *Release…* hands the number over to another notebook, which chooses nothing.
    ``sid`` is the number that is shown, and ``said`` the last message beside the buttons.

    Args:
        history: Reads the journal's entries about a phone number.

        who: The operator's name, for a protection and a note.

        on_hand_over: Gets the sid of a number to be offered first where numbers are released.

        on_plan: Gets the sid of a number for a plan.

        on_change: Called after a protection or a note was written.
    """

    def __init__(
        self,
        *,
        history: Callable[[str], list[Entry]],
        protection: Protection,
        who: str,
        clock: Callable[[], datetime],
        on_hand_over: Callable[[str], None],
        on_plan: Callable[[str], None],
        on_change: Callable[[], None],
    ) -> None:
        self._history, self._protection, self._who, self._clock = history, protection, who, clock
        self._on_hand_over, self._on_plan, self._on_change = on_hand_over, on_plan, on_change
        self.sid = self._phone_number = self.said = ""
        self._days = 0
        self.details, self.told = widgets.HTML(), widgets.HTML()
        self.ways = Pressable(on_press=self._on_way, on_failure=self.fail)
        self.ways.html = _WAYS
        self.why = widgets.Text(description="Why it is protected (kept with it)")
        self.protect = widgets.Button(description="Protect it", icon="lock")
        self.note = NoteForm(protection, who=who, clock=clock, on_save=lambda _: on_change(), head="")
        self._protecting = widgets.HBox([self.why, self.protect])
        self._protecting.add_class("desk-of-ticked")
        super().__init__([self.details, self.ways, self._protecting, self.note, self.told])
        self.add_class("desk-drawer")
        self.protect.on_click(self._on_protect)
        self.close()

    def fail(self, failure: Exception) -> None:
        """Say it where the button is that caused it."""
        self._tell(in_words(failure), "bad")

    def close(self) -> None:
        """Hide it."""
        self.sid = self._phone_number = ""
        self.layout.display = "none"
        self._open(None)
        self._tell("", "quiet")

    def show(self, part: Frame, *, days: int) -> None:
        """
        Show a number.

        Args:
            part: The row of the number.

            days: The days of calls and messages that the row tells of.
        """
        sid, self._phone_number = str(part["sid"].iloc[0]), str(part["phone_number"].iloc[0])
        if sid != self.sid:
            self._open(None)
            self._tell("", "quiet")
        self.sid, self._days = sid, days
        self.details.value = _details(part, days) + _history(self._history(self._phone_number))
        self.layout.display = None

    def _open(self, form: widgets.Widget | None) -> None:
        for each in (self._protecting, self.note):
            is_closed = each.layout.display == "none"
            each.layout.display = None if each is form and is_closed else "none"

    def _on_way(self, way: str) -> None:
        if way == "release":
            self._on_hand_over(self.sid)
            more = f" It reads {WINDOW} days, as it never reads fewer, and not {self._days}." * (self._days < WINDOW)
            self._tell(f"{RELEASE} offers {self._phone_number} first. Nothing is chosen there for you.{more}", "quiet")
        elif way == "plan":
            self._on_plan(self.sid)
            self._tell(f"{self._phone_number} is ticked: {_MANY} offers the ticked numbers for a plan.", "good")
        elif way == "protect":
            self._open(self._protecting)
        elif way == "note":
            self._open(self.note)
            self.note.number.value = self._phone_number
        elif way == "close":
            self.close()

    @guarded
    def _on_protect(self, _: object) -> None:
        number, why = self._phone_number, self.why.value.strip()
        self._protection.protect(Protected(Kind.NUMBER, number, why, self._who, self._clock().date().isoformat()))
        self.why.value = ""
        self._open(None)
        self._tell(f"{number} is protected: nobody who shares this journal releases it.", "good")
        self._on_change()

    def _tell(self, text: str, kind: str) -> None:
        self.said = plain(text)
        self.told.value = message(text, kind)


def _details(part: Frame, days: int) -> str:
    row = part.iloc[0]
    head = f'<div class="desk-number"><strong>{phone(row["phone_number"])}</strong> {named(row["name"] or "")}</div>'
    because = f"<p>{escape(row['because'])}</p>" if row.get("because") else ""
    noted = (key for key in _NOTED if key in part.columns and part[key].notna().any())
    evidence = f"<h4>Last {count(days, 'day')}</h4>{because}{_facts(part, (*_EVIDENCE, *noted))}"
    connected = f"<h4>Connected to</h4>{_connected(part)}{_facts(part, _ELSE)}{LIMITS}"
    return f'{head}<div class="desk-drawer-parts"><div>{evidence}</div><div>{connected}</div></div>'


def _facts(part: Frame, keys: Iterable[str]) -> str:
    known = {column.key: column for column in KNOWN}
    columns = [known[key] for key in keys if key in part.columns]
    (cells,) = write_cells(part, columns)
    return facts({column.label: escape(cell["text"]) for column, cell in zip(columns, cells, strict=True)})


def _connected(part: Frame) -> str:
    row = part.iloc[0]
    ((cell,),) = write_cells(part, [column for column in KNOWN if column.key == "wiring"])
    warnings = message(str(row["warnings"]), "warning") if isinstance(row["warnings"], str) else ""
    return f"<p>{escape(cell['text'])}</p>{warnings}"


def _history(entries: list[Entry]) -> str:
    newest = sorted(entries, key=lambda entry: -entry.rows[-1].n)
    lines = "".join(f"<li>{moment(each.at)}: {escape(last_step(each))}</li>" for each in newest[:_LISTED])
    more = f" The newest {_LISTED} are listed." if len(newest) > _LISTED else ""
    journal = link("05_journal.ipynb", "05_journal.ipynb")
    if not lines:
        return "<h4>In the journal</h4><p>This kit did nothing with it yet.</p>"
    return f"<h4>In the journal</h4><ul>{lines}</ul><p>{escape(more)} {journal} has every step.</p>"


def _to_release() -> str:
    # In JupyterLab, the kit's extension opens and runs it beside this one; elsewhere it opens in a new tab.
    name = escape(json.dumps({"name": RELEASE}))
    command = f'data-commandlinker-command="number-kit:open" data-commandlinker-args="{name}"'
    return f'<a href="{RELEASE}" target="_blank" data-press="release" {command}>Release…</a>'


_WAYS = (
    f'<div class="desk-ways">{_to_release()}<button type="button" data-press="plan">Add to plan</button>'
    '<button type="button" data-press="protect">Protect…</button><button type="button" data-press="note">Note…</button>'
    '<button type="button" data-press="close">Close</button></div>'
)
