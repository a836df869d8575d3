"""A folder that cannot be written, and an address that is none, are told in a sentence."""

import pytest

from helpers import open_desk
from helpers.core.errors import JournalUnwritable, SimulatorUnavailable
from helpers.journal.journal import Journal


@pytest.fixture
def nowhere(tmp_path):
    """A place below a file, where nobody can write, not even an administrator."""
    file = tmp_path / "file"
    file.touch()
    return file / "folder"


def test_a_home_that_cannot_be_written_is_told(nowhere, monkeypatch):
    """The practice Twilio keeps its world there; the refusal names the folder."""
    monkeypatch.setattr("helpers.desk.user_data_path", lambda *_, **__: nowhere)
    with pytest.raises(SimulatorUnavailable) as refused:
        open_desk(live=False)

    assert str(nowhere) in str(refused.value)
    assert "Nothing was changed." in str(refused.value)


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
