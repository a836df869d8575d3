"""The button of the first screen that writes a report of what is known."""

from pathlib import Path

import msgspec
import pytest

from helpers.tables.report import files
from tests.support.golden import as_read

pytestmark = pytest.mark.usefixtures("loud")


def offered(panel):
    return [download.name.rpartition(".")[2] for download in panel.report.downloads.values() if download.name]


def test_it_writes_what_the_command_writes_without_another_look(desk, simulator):
    """The three files, of the numbers that the screen tells of; each is offered, and the folder is named."""
    panel = desk.home_panel()
    panel.looking.button.click()
    before = len(simulator.requests)
    panel.report.button.click()
    content = next(desk._reports.glob("*.json"))

    assert not [each for each in simulator.requests[before:] if "Calls" in each["path"] or "Messages" in each["path"]]
    assert sorted(file.suffix for file in desk._reports.iterdir()) == [".html", ".json", ".xlsx"]
    assert offered(panel) == ["xlsx", "html", "json"]
    assert str(desk._reports) in panel.report.said
    told = msgspec.json.decode(content.read_bytes())
    assert f"{told['not_used']} of {told['numbers']} numbers were not used" in as_read(panel.answer.value)
    assert "Last report: 2 March 2026, 09:30 UTC" in as_read(panel.changes.value)


def test_before_anybody_checked_it_is_off_and_says_why(desk):
    """A report of nothing would be mistaken for one of no unused numbers."""
    panel = desk.home_panel()

    assert panel.report.button.disabled
    assert "The button is off until it is checked which numbers are used" in panel.report._hint.value
    panel.looking.button.click()
    assert not panel.report.button.disabled
    assert "The button is off" not in panel.report._hint.value


def test_a_report_that_cannot_be_written_is_told_beside_the_button(desk, monkeypatch):
    """No file is offered, and the screen stands."""
    panel = desk.home_panel()
    panel.looking.button.click()
    panel.report.button.click()
    stands = panel.answer.value

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replacing", full)
    panel.report.button.click()

    assert "The report was not written: No space left on device." in panel.report.said
    assert offered(panel) == []
    assert panel.answer.value == stands
    assert not panel.report.button.disabled


def test_a_download_of_a_report_that_is_gone_is_told_beside_the_button(desk):
    """Somebody deleted the file meanwhile."""
    panel = desk.home_panel()
    panel.looking.button.click()
    panel.report.button.click()
    Path(desk._reports / panel.report.downloads["html"].name).unlink()
    panel.report.downloads["html"]._on_pressed(None, "download", [])

    assert "cannot be read any more" in panel.report.said
