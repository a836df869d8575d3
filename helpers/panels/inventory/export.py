"""The buttons that write what the grid shows into a file, and the button that downloads it."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from helpers.panels.shared.download import Download
from helpers.panels.shared.html import message, plain
from helpers.panels.shared.panel import in_words
from helpers.tables import exports
from helpers.tables.frames import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What goes into a file: its rows, and the text that describes them."""

    frame: Frame
    note: str


class Export(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A button for each form of file; one press writes the file and offers its download.

    ``buttons`` holds the buttons by form.

    Args:
        content: Returns what is shown at the moment; None where nothing is.

        folder: The folder for the files.

        spawn: Starts work in the background.

        on_said: Gets each message that is shown beside the buttons, as plain text.
    """

    def __init__(
        self,
        content: Callable[[], Content | None],
        *,
        folder: Path,
        clock: Callable[[], datetime],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        on_said: Callable[[str], None],
    ) -> None:
        self._content, self._folder, self._clock = content, folder, clock
        self._spawn, self._on_said = spawn, on_said
        self.buttons = {form: widgets.Button(description=form, icon="download") for form in exports.FORMS}
        self._told, self.download = widgets.HTML(), Download(on_failure=self.fail)
        hint = widgets.HTML('<p class="desk-hint">Export the rows and columns shown, in the order shown:</p>')
        row = widgets.HBox([hint, *self.buttons.values()])
        row.add_class("desk-bar-of-grid")
        super().__init__([row, self._told, self.download])
        for form, button in self.buttons.items():
            button.on_click(self._handler(form))

    def fail(self, failure: Exception) -> None:
        """Say it beside the buttons, and not at the top."""
        self.tell(in_words(failure), "bad")

    def tell(self, text: str, kind: str) -> None:
        """Show a message beside the buttons."""
        self._told.value = message(text, kind)
        self._on_said(plain(text))

    def _handler(self, form: str) -> Callable[[Any], None]:
        def on_click(_: object) -> None:
            if (content := self._content()) is not None:
                self._spawn(self._write(form, content))

        return on_click

    async def _write(self, form: str, content: Content) -> None:
        self._told.value = message("Writing…", "waiting")
        self.download.offer(None)
        try:
            written = await asyncio.to_thread(
                lambda: exports.export(
                    content.frame, form=form, folder=self._folder, now=self._clock(), note=content.note
                )
            )
        except OSError as failure:
            why = failure.strerror or failure
            self.tell(f"Nothing was written: {why}. Is there room, and may you write to the folder?", "bad")
        except Exception as failure:  # noqa: BLE001  # shown beside the button, not at the top
            self.fail(failure)
        else:
            self.tell(written.about, "good")
            self.download.offer(written.path)
