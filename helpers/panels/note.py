"""The form for the note of one number: a text, its owner, and the day until which it is kept."""

from collections.abc import Callable, Iterable
from datetime import datetime

import ipywidgets as widgets

from helpers.core.dates import day
from helpers.core.number_note import NumberNote
from helpers.core.typed_text import unspaced
from helpers.decisions.protected import EXAMPLES, Kind, has_shape
from helpers.decisions.protection import Protection
from helpers.panels.shared.html import count, escape, local, message, named, plain, step, table
from helpers.panels.shared.panel import guarded, in_words

_HINT = (
    "A number that is kept until a day is not released before that day is over in every time zone. An owner keeps "
    "nothing: a plan asks whether they agreed."
)
_NO_NUMBER = f"Type a whole number, like {EXAMPLES[Kind.NUMBER]}: what stands there already comes into the fields."
_HEAD = step(3, "Note about one number")
#: The most notes that are listed.
_LISTED = 200


class NoteForm(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The fields for one number's note, and the button that saves them.

    ``said`` is the last message beside the button, as plain text.

    Args:
        who: The operator, as ``user@machine``.

        on_save: Receives each note that was saved.

        head: The heading; without one, the number is given by whoever shows the form.
    """

    def __init__(
        self,
        protection: Protection,
        *,
        who: str,
        clock: Callable[[], datetime],
        on_save: Callable[[NumberNote], None],
        head: str = _HEAD,
    ) -> None:
        self._protection, self._who, self._clock, self._on_save = protection, who, clock, on_save
        self._before: NumberNote | None = None
        self.said = ""
        self.number = widgets.Text(description="Number", placeholder=EXAMPLES[Kind.NUMBER])
        self.note = widgets.Text(description="Note")
        self.owner = widgets.Text(description="Owner", placeholder="whom to ask before it goes")
        self.keep_until = widgets.DatePicker(description="Keep until")
        self.save = widgets.Button(description="Save the note", icon="save")
        self.told = widgets.HTML()
        self._fields = (self.note, self.owner, self.keep_until)
        hint = widgets.HTML(message(_HINT, "quiet"))
        first = [widgets.HTML(head), self.number] if head else []
        super().__init__([*first, *self._fields, self.save, self.told, hint])
        self.add_class("desk-card")
        self.number.observe(self._on_number, "value")
        for field in self._fields:
            field.observe(self._arm, "value")
        self.save.on_click(self._on_save_pressed)
        self._on_number()

    def fail(self, failure: Exception) -> None:
        """Say it where the button is that caused it."""
        self._tell(in_words(failure), "bad")
        # What is typed stays, and can be saved once the cause is gone.
        self._arm()

    @property
    def _phone_number(self) -> str | None:
        typed = unspaced(self.number.value)
        return typed if has_shape(Kind.NUMBER, typed) else None

    @guarded
    def _on_number(self, _: object = None) -> None:
        """Show the note of the number that is typed."""
        number = self._phone_number
        for field in self._fields:
            field.disabled = True
        self._fill(None)
        # Before the note is read: where it cannot be, the fields stay asleep.
        self._before = self._protection.note(number) if number else None
        self._fill(self._before)
        for field in self._fields:
            field.disabled = number is None
        if number is None:
            self._tell(_NO_NUMBER, "quiet")
        else:
            self._tell(_last_change(self._before), "quiet")
        self._arm()

    def _fill(self, note: NumberNote | None) -> None:
        self.note.value, self.owner.value = (note.note, note.owner) if note else ("", "")
        self.keep_until.value = note.keep_until if note else None

    @property
    def _typed(self) -> tuple[str, str, object]:
        return self.note.value.strip(), self.owner.value.strip(), self.keep_until.value

    @guarded
    def _arm(self, _: object = None) -> None:
        before = self._before
        stands = (before.note, before.owner, before.keep_until) if before else ("", "", None)
        self.save.disabled = self.note.disabled or self._typed == stands

    @guarded
    def _on_save_pressed(self, _: object) -> None:
        number, (text, owner, _day) = self._phone_number, self._typed
        # The second click of a double click finds nothing left to save.
        if number is None or self.save.disabled:
            return
        self.save.disabled = True
        note = NumberNote(number, text, owner, self.keep_until.value, self._who, self._clock())
        self._protection.write_note(note, before=self._before)
        self._before = note
        self._tell(f"Saved for {number}{_in_short(note)}.", "good")
        self._on_save(note)

    def _tell(self, text: str, kind: str) -> None:
        self.said = plain(text)
        self.told.value = message(text, kind)


def _last_change(note: NumberNote | None) -> str:
    return f"Last changed by {note.who}, {local(note.at)}." if note else "Nothing is noted about it."


def _in_short(note: NumberNote) -> str:
    owner = f", owner {note.owner}" if note.owner else ""
    kept = f", kept until {day(note.keep_until)}" if note.keep_until else ", not kept until any day"
    return f"{owner}{kept}"


def show_notes(notes: Iterable[NumberNote]) -> str:
    """List the notes of numbers that say something, by number; nothing where there are none."""
    saying = sorted((note for note in notes if note.says_something), key=lambda note: note.phone_number)
    rows = [
        (
            f"<code>{escape(note.phone_number)}</code>",
            named(note.note),
            named(note.owner),
            escape(day(note.keep_until)) if note.keep_until else "",
            escape(note.who),
            escape(local(note.at)),
        )
        for note in saying[:_LISTED]
    ]
    if not rows:
        return ""
    more = f" The first {_LISTED} are listed; the inventory shows all." if len(saying) > _LISTED else ""
    head = f'<p class="desk-hint">{count(len(saying), "number")} with a note, an owner or a day.{more}</p>'
    return head + table(("Number", "Note", "Owner", "Keep until", "By", "Changed"), rows)
