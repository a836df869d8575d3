"""A folder that cannot be written, and an address that is none, are told in a sentence."""

import pytest

from helpers import open_desk
from helpers.core.errors import CannotConnect, JournalUnwritable, SimulatorUnavailable
from helpers.journal.journal import Journal
from tests.support.panel_tools import desk_at


@pytest.fixture
def nowhere(tmp_path):
    """A place below a file, where nobody can write, not even an administrator."""
    file = tmp_path / "file"
    file.touch()
    return file / "folder"


def test_a_home_that_cannot_be_written_is_told(nowhere, monkeypatch):
    """The practice Twilio keeps its world there; the refusal names the folder."""
    monkeypatch.setattr("helpers.desk.opening.user_data_path", lambda *_, **__: nowhere)
    with pytest.raises(SimulatorUnavailable) as refused:
        open_desk(live=False)

    assert str(nowhere) in str(refused.value)
    assert "Nothing was changed." in str(refused.value)


@pytest.fixture
def deleted(tmp_path, monkeypatch):
    """Work in a folder that somebody deleted."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    return folder


def test_a_live_desk_in_a_deleted_folder_is_told(deleted):
    """The file of credentials would be looked for there; the refusal comes before anything is sent."""
    with pytest.raises(CannotConnect, match="folder of this notebook is gone"):
        open_desk(live=True)


def test_a_practice_desk_in_a_deleted_folder_is_told(simulator, journal, clock, deleted):
    """Plans would be written there."""
    with pytest.raises(CannotConnect, match="Nothing was read and nothing was changed"):
        desk_at(simulator, journal, clock)


def test_panels_open_although_the_folder_was_deleted_since(simulator, journal, clock, tmp_path, monkeypatch):
    """The desk keeps the folder that it was opened in; showing a panel writes nothing."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    desk = desk_at(simulator, journal, clock)
    (tmp_path / "notebooks").rmdir()

    assert desk.inventory_panel() is not None
    assert desk.plan_panel() is not None
    desk.session.gateway.transport.close()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://ann:hunter2@db.example:port/journal",
        "postgresql+psycopg://ann:pa@ss:hunter2/journal",
        "postgresql+psycopg://ann:hunter2@[::1/journal",
        "mysql://ann:hunter2@db.example/journal",
        "hunter2",
        "http://ann:hunter2@db.example/",
    ],
)
def test_an_unusable_address_of_the_journal_is_told(address):
    """It is a sentence that says how such an address is written, and shows nothing of the password."""
    with pytest.raises(JournalUnwritable) as refused:
        Journal(address)

    assert "TWILIO_DESK_JOURNAL" in str(refused.value)
    assert "hunter2" not in str(refused.value)
