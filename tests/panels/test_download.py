"""The button that downloads a file: the file travels when it is pressed, and what is gone is told in a sentence."""

import pytest

from helpers.core.errors import FileRefused
from helpers.panels.shared.download import Download


@pytest.fixture
def pressed(tmp_path, monkeypatch):
    """Press the button for a file, and return what was sent and what failed."""

    def press(path):
        sent, failures = [], []
        button = Download(on_failure=failures.append)
        monkeypatch.setattr(button, "send", lambda content, buffers: sent.append((content, buffers)))
        button.offer(path)
        assert b"+14155550101" not in repr(button.get_state()).encode()
        button._on_pressed(button, "download", [])
        return sent, failures

    return press


def test_a_press_sends_the_file_under_its_name(pressed, tmp_path):
    """Its state, which JupyterLab can save, has the name only."""
    file = tmp_path / "numbers.csv"
    file.write_text("+14155550101")

    assert pressed(file) == ([("numbers.csv", [b"+14155550101"])], [])


def test_a_file_that_is_gone_is_told(pressed, tmp_path):
    """Somebody deleted it meanwhile: nothing is sent."""
    sent, failures = pressed(tmp_path / "numbers.csv")

    assert sent == []
    assert [type(failure) for failure in failures] == [FileRefused]


def test_nothing_is_offered_before_there_is_a_file(pressed):
    """A late press after another export began sends nothing old."""
    assert pressed(None) == ([], [])
