"""What is written to files: values that survive, nothing that runs, no secret."""

import csv
import os
import stat
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from helpers.tables import exports
from tests.support.golden import as_read
from tests.support.grid_tools import NOW, frame_of, number, used

FORMULA = '=HYPERLINK("https://evil.example","click")'


def write(form, frame, folder):
    written = exports.export(frame, form=form, folder=folder, now=NOW)
    assert list(folder.iterdir()) == [written.path]
    return written.path, written.about


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sheets(path):
    """Read a workbook with what a cell shows, and its formulas where it has any."""
    book = openpyxl.load_workbook(path)
    return book["Numbers"], book["Sums"]


def rows(path):
    """Read the cells of the first sheet by the names of their columns."""
    head, *below = sheets(path)[0].iter_rows()
    return [{name.value: cell for name, cell in zip(head, row, strict=True)} for row in below]


def unpacked(path):
    """Read all that is in a file; a workbook is a packed one."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return b"".join(map(packed.read, packed.namelist()))


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

    assert b"acme.example" in unpacked(path)
    assert b"hunter2" not in unpacked(path)
    assert frame["wiring"][0] == "Voice: https://ann:hunter2@acme.example/ivr"


def test_a_number_stays_whole_in_excel(tmp_path):
    """It must not turn into 1.4E+10, nor lose its plus or its zeros; not even if somebody edits its cell."""
    path, _ = write("Excel", frame_of([number(1, name="00441632960123")]), tmp_path)
    (row,) = rows(path)

    assert (row["phone_number"].value, row["name"].value) == ("+14155550101", "00441632960123")
    assert {row[name].data_type for name in ("phone_number", "name")} == {"s"}
    assert {row[name].number_format for name in ("phone_number", "name")} == {"@"}


@pytest.mark.parametrize(
    "name", [FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "  =1", "\uff1d1", "=1\n=2", "{=1}"]
)
def test_a_formula_in_a_name_does_not_run_in_excel(name, tmp_path):
    """Names at Twilio are whatever somebody typed."""
    path, _ = write("Excel", frame_of([number(1, name=name, account=name)]), tmp_path)
    (row,) = rows(path)

    assert (row["name"].value, row["account"].value) == (name, name)
    assert {row["name"].data_type, row["account"].data_type} == {"s"}
    assert b"<f>" not in unpacked(path)
    assert b"<f " not in unpacked(path)


def test_a_sign_that_no_workbook_can_hold_is_left_out(tmp_path):
    """A name with a control character in it is no reason to write nothing."""
    path, _ = write("Excel", frame_of([number(1, name="Old\x07 hotline")]), tmp_path)

    assert rows(path)[0]["name"].value == "Old hotline"


def test_excel_gets_words_times_and_money_that_it_knows(tmp_path):
    """No <NA>, no zone that it would take for text; what is missing is empty; and money can be added up."""
    path, said = write("Excel", frame_of([used(1, 2, wired=None)]), tmp_path)
    (row,) = rows(path)

    assert row["last_used"].value == datetime(2026, 2, 28, 9, 30)  # noqa: DTZ001  # a workbook knows no zone
    assert row["next_billing"].value == datetime(2026, 3, 7)  # noqa: DTZ001  # nor a day without a time
    assert [row[name].value for name in ("voice", "fax", "wired", "monthly")] == ["yes", "no", None, 1.15]
    assert "Times are UTC" in said


def test_excel_says_the_words_of_the_screens_and_other_files_the_values(tmp_path):
    """Who opens a workbook reads what the screens say; who reads a CSV by a program finds what it found before."""
    frame = frame_of([number(1), used(2, 40)])

    assert [row["verdict"].value for row in rows(write("Excel", frame, tmp_path / "a")[0])] == ["Not used", "In use"]
    assert [row["verdict"] for row in read(write("CSV", frame, tmp_path / "b")[0])] == ["quiet", "in use"]
    states = pd.DataFrame({"state": ["released_unacknowledged", "not begun", "kept"]})
    told = [row["state"].value for row in rows(write("Excel", states, tmp_path / "c")[0])]
    assert told == ["Released, answer lost", "Not started", "Still yours"]


def test_what_was_not_found_is_no_no_in_excel(tmp_path):
    """A person reads the words of the screen: there are places that nobody can look at."""
    path, _ = write("Excel", frame_of([number(1, wired=False), number(2, wired=True)]), tmp_path)

    assert [row["wired"].value for row in rows(path)] == ["none found", "yes"]


def test_the_head_of_a_workbook_stays_in_sight_and_its_columns_are_wide_enough(tmp_path):
    """Whoever gets it reads it, and has nothing to format first."""
    path, _ = write("Excel", frame_of([number(1, name="The number on the old catalogue")]), tmp_path)
    numbers, _ = sheets(path)
    head = {cell.value: cell for cell in numbers[1]}
    width = {name: numbers.column_dimensions[cell.column_letter].width for name, cell in head.items()}

    assert numbers.freeze_panes == "B2"
    assert numbers.auto_filter.ref.startswith("A1:")
    assert all(cell.font.bold for cell in numbers[1])
    assert (width["name"], width["sid"]) == (33, 36)


def test_the_sums_and_the_note_are_in_a_sheet_of_their_own(tmp_path):
    """A sum below the table would be sorted into it, and a list that is read back would name it."""
    frame = frame_of([number(1), number(2), number(3, monthly=None)])
    written = exports.export(frame, form="Excel", folder=tmp_path, now=NOW, note="7 of 8 accounts read.")
    _, sums = sheets(written.path)

    assert [[cell for cell in row if cell is not None] for row in sums.iter_rows(values_only=True)] == [
        ["Numbers", 3],
        ["USD a month", 2.3],
        ["USD a year", 27.6],
        ["Numbers without a known price", 1],
        ["7 of 8 accounts read."],
    ]


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
    written = exports.export(frame_of([number(1)]), form=form, folder=tmp_path, now=NOW, note="7 of 8 accounts read.")
    (note,) = tmp_path.glob("*.txt")

    assert as_read(note.read_text()) == snapshot
    assert note.name.removesuffix(".txt") in {path.name for path in tmp_path.iterdir()}
    assert note.name in written.about


@pytest.mark.parametrize("form", exports.FORMS)
def test_a_file_that_could_not_be_finished_is_not_there(form, tmp_path, monkeypatch):
    """A disk that is full in the middle of it leaves no list that looks like all there is."""
    ending, write = exports.FORMS[form]

    def cut_off(frame, path, note):
        write(frame, path, note)
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
