"""What is written to files: values that survive, nothing that runs, no secret."""

import csv
import os
import stat
from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from helpers.tables import exports
from tests.support.golden import as_read
from tests.support.grid_tools import NOW, frame_of, number, used

FORMULA = '=HYPERLINK("https://evil.example","click")'


def write(form, frame, folder):
    said = exports.export(frame, form=form, folder=folder, now=NOW)
    (path,) = folder.iterdir()
    return path, said


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", exports.FORMS)
def test_it_says_where_the_file_is(form, tmp_path, snapshot):
    """With its whole path, how many numbers, and a name that sorts by time."""
    path, said = write(form, frame_of([number(1), number(2)]), tmp_path / "new")

    assert said.replace(str(tmp_path), "exports") == snapshot
    assert path.name.startswith("numbers-2026-03-02-093000")


@pytest.mark.parametrize("form", exports.FORMS)
def test_no_file_is_written_over(form, tmp_path):
    """What somebody sent to a colleague yesterday stays what it was."""
    for _ in range(3):
        exports.export(frame_of([number(1)]), form=form, folder=tmp_path, now=NOW)

    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such permissions")
@pytest.mark.parametrize("form", exports.FORMS)
def test_only_its_writer_may_read_it(form, tmp_path):
    """A list of a company's numbers is for nobody else on the machine; neither is the note beside it."""
    exports.export(frame_of([number(1)]), form=form, folder=tmp_path, now=NOW, note="7 of 8 accounts read.")

    assert [stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()] == [0o600, 0o600]


@pytest.mark.parametrize("form", exports.FORMS)
def test_no_password_in_an_address_is_written(form, tmp_path):
    """Some people write a user name and a password into a web address."""
    frame = frame_of([number(1, wiring="Voice: https://ann:hunter2@acme.example/ivr")])
    path, _ = write(form, frame, tmp_path)

    assert b"hunter2" not in path.read_bytes()
    assert frame["wiring"][0] == "Voice: https://ann:hunter2@acme.example/ivr"


def test_a_number_stays_whole_in_excel(tmp_path):
    """It must not turn into 1.4E+10, nor lose its plus or its zeros."""
    path, said = write("CSV for Excel", frame_of([number(1, name="00441632960123")]), tmp_path)
    (row,) = read(path)

    assert (row["phone_number"], row["name"]) == ('="+14155550101"', '="00441632960123"')
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "apostrophe" in said


@pytest.mark.parametrize(
    "name", [FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "  =1", "\uff1d1", "=1\n=2"]
)
def test_a_formula_in_a_name_does_not_run_in_excel(name, tmp_path):
    """Names at Twilio are whatever somebody typed."""
    path, _ = write("CSV for Excel", frame_of([number(1, name=name, account=name)]), tmp_path)
    (row,) = read(path)

    assert (row["name"], row["account"]) == (f"'{name}", f"'{name}")


def test_excel_gets_words_and_times_that_it_knows(tmp_path):
    """No <NA>, no zone that it would take for text; what is missing is empty."""
    path, _ = write("CSV for Excel", frame_of([used(1, 2, wired=None)]), tmp_path)
    (row,) = read(path)

    assert (row["last_used"], row["next_billing"]) == ("2026-02-28 09:30:00", "2026-03-07")
    assert (row["voice"], row["fax"], row["wired"], row["monthly"]) == ("yes", "no", "", "1.15")


def test_what_was_not_found_is_no_no_in_excel(tmp_path):
    """A person reads the words of the screen: there are places that nobody can look at."""
    path, _ = write("CSV for Excel", frame_of([number(1, wired=False), number(2, wired=True)]), tmp_path)

    assert [row["wired"] for row in read(path)] == ["none found", "yes"]


def test_the_plain_csv_holds_values_as_they_are(tmp_path):
    """It is for programs, and says so."""
    path, said = write("CSV", frame_of([number(1, name=FORMULA)]), tmp_path)
    (row,) = read(path)

    assert (row["phone_number"], row["name"]) == ("+14155550101", FORMULA)
    assert "run as a formula" in said


def test_parquet_keeps_every_type(tmp_path):
    """Times are times in UTC, money is a Decimal, and missing is missing."""
    frame = frame_of([used(1, 2), number(2, wired=None)])
    path, _ = write("Parquet", frame, tmp_path)
    back = pd.read_parquet(path)

    assert list(back.columns) == list(frame.columns)
    assert back["last_used"][0] == datetime(2026, 2, 28, 9, 30, tzinfo=UTC)
    assert (back["monthly"][0], back["next_billing"][0]) == (Decimal("1.15"), date(2026, 3, 7))
    assert back["wired"].isna().tolist() == [False, True]
    assert str(back["verdict"].dtype) == "category"


@pytest.mark.parametrize("form", exports.FORMS)
def test_an_empty_table_can_be_written(form, tmp_path):
    """Nothing shown is nothing written, with its heads."""
    path, said = write(form, frame_of([]), tmp_path)

    assert str(path) in said
    assert path.stat().st_size > 0


@pytest.mark.parametrize("form", exports.FORMS)
def test_what_was_read_is_told_in_a_file_beside_it(form, tmp_path, snapshot):
    """Whoever gets the table without the notebook knows which accounts are not in it."""
    said = exports.export(frame_of([number(1)]), form=form, folder=tmp_path, now=NOW, note="7 of 8 accounts read.")
    (note,) = tmp_path.glob("*.txt")

    assert as_read(note.read_text()) == snapshot
    assert note.name.removesuffix(".txt") in {path.name for path in tmp_path.iterdir()}
    assert note.name in said


@pytest.mark.parametrize("form", exports.FORMS)
def test_a_file_that_could_not_be_finished_is_not_there(form, tmp_path, monkeypatch):
    """A disk that is full in the middle of it leaves no list that looks like all there is."""
    ending, write = exports.FORMS[form]

    def cut_off(frame, path):
        write(frame, path)
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(exports.FORMS, form, (ending, cut_off))
    with pytest.raises(OSError, match=r"Errno 28\b"):
        exports.export(frame_of([number(1)]), form=form, folder=tmp_path, now=NOW, note="7 of 8 accounts read.")

    assert list(tmp_path.iterdir()) == []


def test_a_table_without_its_note_is_not_there(tmp_path):
    """Where somebody's file has the name of the note, that file stays, and the table is not half handed over."""
    note = tmp_path / "numbers-2026-03-02-093000.csv.txt"
    note.write_text("mine")
    with pytest.raises(FileExistsError):
        exports.export(frame_of([number(1)]), form="CSV", folder=tmp_path, now=NOW, note="7 of 8 accounts read.")

    assert list(tmp_path.iterdir()) == [note]
    assert note.read_text() == "mine"
