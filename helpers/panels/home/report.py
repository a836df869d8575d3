"""The button of the first screen that writes a report, and those that download its files."""

from collections.abc import Callable

import ipywidgets as widgets

from helpers.panels.shared.download import Download
from helpers.panels.shared.html import escape, message, plain
from helpers.panels.shared.panel import guarded, in_words
from helpers.tables.report.files import FORMS, ReportWritten

_HINT = (
    "An Excel workbook, a page to print or forward, and JSON for programs, of what is known. Nothing is checked anew."
)
_FIRST = "The button is off until it is checked which numbers are used: press “Check now” above."


class ReportBox(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A button that asks for a report; beside it the message about the files, and a button to download each.

    Args:
        on_click: Called when the operator presses the button.
    """

    def __init__(self, *, on_click: Callable[[], None]) -> None:
        self._on_press = on_click
        self.said = ""
        self.button = widgets.Button(description="Write a report", icon="file-text", disabled=True)
        self._hint, self._told = widgets.HTML(), widgets.HTML()
        self.downloads = {form: Download(on_failure=self.fail) for form in FORMS}
        row, files = widgets.HBox([self.button, self._hint]), widgets.HBox([*self.downloads.values()])
        for box in (row, files):
            box.add_class("desk-ways")
        super().__init__([row, self._told, files])
        self.button.on_click(self._on_click)

    def offer(self, *, checked: bool) -> None:
        """Enable the button once it is *checked* which numbers are used; until then say why it is off."""
        self.button.disabled = not checked
        self._hint.value = f'<p class="desk-hint">{escape(_HINT if checked else _FIRST)}</p>'

    def begin(self) -> None:
        """Say that the files are being written."""
        for download in self.downloads.values():
            download.offer(None)
        self._told.value = message("Writing…", "waiting")

    def take(self, written: ReportWritten) -> None:
        """Name the folder of the files, and offer each."""
        for file in written.files:
            self.downloads[file.suffix[1:]].offer(file)
        self._tell(f"The report is in {written.files[0].parent}. Its files can be downloaded here:", "good")

    def fail(self, failure: Exception) -> None:
        """Say it beside the button."""
        if isinstance(failure, OSError):
            why = failure.strerror or failure
            self._tell(
                f"The report was not written: {why}. Is there room, and may you write to its folder?",
                "bad",
            )
        else:
            self._tell(in_words(failure), "bad")

    def _tell(self, text: str, kind: str) -> None:
        self.said = plain(text)
        self._told.value = message(text, kind)

    @guarded
    def _on_click(self, _: object) -> None:
        self._on_press()
