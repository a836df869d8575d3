"""What a notebook shows of a table."""

import re
from datetime import UTC, datetime

import pandas as pd
import pytest

from helpers.tables.shown_frame import ShownFrame

WHEN = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@pytest.fixture
def table():
    rows = 3
    return ShownFrame(
        {
            "sid": [f"PN{n}" for n in range(rows)],
            **{f"setting_{n}": ["x"] * rows for n in range(14)},
            "name": ["Shop <b>", "", None],
            "wired": pd.array([True, False, None], dtype="boolean"),
            "calls": pd.array([3, None, 0], dtype="Int64"),
            "last_used": pd.to_datetime([WHEN, None, WHEN], utc=True),
            "phone_number": ["+12055550100", "+12055550101", "+12055550102"],
        }
    )


def cells(table):
    head, *rows = re.findall(r"<tr.*?</tr>", table._repr_html_(), re.DOTALL)
    texts = [re.findall(r"<td.*?>(.*?)</td>", row) for row in rows]
    return pd.DataFrame(texts, columns=re.findall(r"<th>(.*?)</th>", head))


def test_what_people_read_stands_first_and_the_sids_are_left_out_where_there_is_no_room(table):
    """The line below counts what is left out, and says how to see it."""
    shown = table._repr_html_()

    assert list(cells(table))[:4] == ["phone_number", "name", "last_used", "wired"]
    assert "sid" not in list(cells(table))
    assert "Columns that are not shown: 6. Write .full behind the table to see them." in shown


def test_a_gap_is_explained_and_never_a_word_of_pandas(table):
    """It is neither no nor zero."""
    shown = table._repr_html_()

    assert [word for word in ("NA", "NaT", "NaN", "None", "nan") if f">{word}<" in shown] == []
    assert "It never means no." in shown
    assert list(cells(table)["wired"]) == ["yes", "no", "\u2013"]
    assert "It never means no." not in table[["phone_number"]]._repr_html_()


def test_a_time_is_that_of_this_computer_and_on_one_line(table):
    """Twilio's are in UTC; the operator's clock is not.  Between many columns, its hyphens would break it in three."""
    local = WHEN.astimezone()

    assert table._repr_html_().count(f'<td style="white-space: nowrap">{local:%Y-%m-%d %H:%M}</td>') == 2
    assert next(iter(cells(table)["last_used"])) == f"{local:%Y-%m-%d %H:%M}"


def test_a_selection_is_shown_alike_and_the_full_table_is_one_of_pandas(table):
    """Lines of somebody's own give such a table, too; nothing is lost in the full one."""
    some = table[table["wired"].fillna(value=True)]

    assert isinstance(some, ShownFrame)
    assert type(some.full) is pd.DataFrame
    assert list(some.full.columns) == list(table.columns)
    assert "Rows: 2." in some._repr_html_()


def test_a_long_table_shows_its_ends(table):
    """Of a hundred thousand rows nobody waits for all."""
    long = pd.concat([table] * 40_000)

    assert len(cells(long)) == 10
    assert "Rows: 120,000, of which 10 are shown." in long._repr_html_()


def test_a_name_is_no_markup(table):
    """What somebody else wrote does not draw the page."""
    assert "Shop &lt;b&gt;" in table._repr_html_()
