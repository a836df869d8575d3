"""The inventory's panel: what it says, what its filters mean, and what is exported."""

import re
from decimal import Decimal
from threading import Event

import pytest

from helpers.core.errors import CannotRead
from tests.support.golden import as_read
from tests.support.grid_tools import ACME, ROWS, frame_of, many, number, panel_of, table_of, unknown
from tests.support.panel_tools import told

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def panel(tmp_path):
    return panel_of(frame_of(ROWS), folder=tmp_path)


def names(panel):
    return panel.shown["name"].tolist()


def test_one_sentence_says_what_it_all_comes_to(panel):
    """How many, how many quiet, what they cost, how many not judged."""
    said = "5 numbers in 2 accounts cost USD 5.75 a month. 2 are quiet and cost USD 2.30 of it. 1 could not be judged."

    assert said in told(panel)


@pytest.mark.parametrize(("price", "said"), [("276", "USD 276.00"), ("1204.50", "USD 1,204.50")])
def test_a_figure_is_written_as_in_the_sentence(tmp_path, price, said, snapshot):
    """Two ways of writing one sum would look like two sums."""
    panel = panel_of(frame_of([number(1, monthly=Decimal(price))]), folder=tmp_path)

    assert as_read(panel._sentence.value) == snapshot
    assert panel._cards.value.count(f">{said}<") == 2


def test_a_price_that_is_unknown_is_not_nothing(tmp_path):
    """The sum says that it is not the whole."""
    panel = panel_of(frame_of([number(1), number(2, monthly=None)]), folder=tmp_path)

    assert "The price of 1 is unknown, and not in these sums." in told(panel)


def test_accounts_that_could_not_be_read_are_in_the_sentence(tmp_path):
    """What is cut short says so where it is read first, and where there is nothing left."""
    panel = panel_of(table_of(frame_of(ROWS), unread=["Beta"]), folder=tmp_path)

    assert "a month. 1 account could not be read, and its numbers are left out." in told(panel)
    empty = table_of(frame_of([]), unread=["Beta", "Gamma"])
    assert "2 accounts could not be read" in told(panel_of(empty, folder=tmp_path))


def test_before_a_look_nothing_is_called_quiet(tmp_path):
    """The button that finds out is there, and the figures are question marks."""
    panel = panel_of(many(20, looked=False), folder=tmp_path)

    assert "Which of them are quiet, nobody has looked yet." in told(panel)
    assert panel.looking.button.description == "Find out which are quiet"


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("account", "AC1", ["quiet mobile", "unread"]),
        ("country", "GB", ["forty days"]),
        ("type", "mobile", ["quiet mobile"]),
        ("capability", "sms", ["quiet", "quiet mobile", "busy", "unread"]),
        ("capability", "fax", []),
        ("verdict", "quiet", ["quiet", "quiet mobile"]),
        ("verdict", "unknown", ["unread"]),
        ("wired", "yes", ["quiet mobile", "busy"]),
        ("wired", "no", ["quiet", "forty days"]),
        ("wired", "unknown", ["unread"]),
        ("warned", "yes", ["quiet mobile"]),
        ("warned", "no", ["quiet", "forty days", "busy", "unread"]),
        ("idle", "40", ["quiet", "quiet mobile", "forty days"]),
        ("billing", "3", ["quiet", "forty days"]),
        ("search", "mobile", ["quiet mobile"]),
    ],
)
def test_each_filter_leaves_what_it_says(panel, field, value, left):
    """And what is unknown passes no filter that asks for something."""
    getattr(panel.filters, field).value = value

    assert names(panel) == left
    assert f"{len(left)} of 5 numbers shown." in told(panel)

    panel.filters.clear.click()

    assert len(names(panel)) == 5


def test_filters_change_the_pictures_and_not_the_figures_and_both_say_so(panel):
    """Four figures of five numbers beside four pictures of two: each says of how many it is."""

    def pictures():
        return re.sub(r"<[^>]*>", " ", panel._pictures.value)

    before = panel._cards.value

    assert len(re.findall(r" of 5 numbers ", pictures())) == 4

    panel.filters.verdict.value = "quiet"

    assert len(re.findall(r" of 2 of 5 numbers ", pictures())) == 4
    assert panel._cards.value == before
    assert [said in before for said in ("numbers in all<", "a month on all<", "quiet, 1 not judged<")] == [True] * 3


def test_filters_narrow_together(panel):
    """Each of them holds."""
    panel.filters.account.value = "AC1"
    panel.filters.verdict.value = "quiet"

    assert names(panel) == ["quiet mobile"]


def test_idle_for_longer_than_anybody_looked_is_not_claimed(panel):
    """Ninety days without a trace are not a hundred and twenty, and the panel says why they are missing."""
    panel.filters.idle.value = "120"

    assert names(panel) == []
    assert "Nobody looked further back than 90 days: 2 numbers" in told(panel)


def test_words_in_a_field_for_days_filter_nothing_and_it_says_so(panel):
    """A typing error must not look like an empty inventory."""
    panel.filters.idle.value = "many"

    assert len(names(panel)) == 5
    assert "is no number of days" in told(panel)


def test_an_empty_grid_says_what_to_do(panel, snapshot):
    """Clear the filters, or check the account."""
    panel.filters.search.value = "no such number"

    assert as_read(panel.grid.empty) == snapshot


def test_a_company_without_numbers_is_no_error(tmp_path):
    """There is nothing to look at, and the button for it sleeps."""
    panel = panel_of(frame_of([]), folder=tmp_path)

    assert "There are no numbers in these accounts." in told(panel)
    assert panel.looking.button.disabled
    assert panel._pictures.value.count("There are no numbers in these accounts.") == 4


def test_figures_of_accounts_that_could_be_read_are_called_so(tmp_path, snapshot):
    """Where accounts could not be read, "in all" would be wrong."""
    panel = panel_of(table_of(frame_of(ROWS), unread=["Beta"]), folder=tmp_path)

    assert as_read(panel._cards.value) == snapshot


def test_what_is_selected_costs_and_stays_through_filters(panel):
    """A filter hides a selected row; it does not end its selection."""
    panel.grid.select([f"PN{place:032x}" for place in (0, 3)])
    panel.filters.verdict.value = "quiet"

    assert panel.selected == (f"PN{0:032x}", f"PN{3:032x}")
    assert "2 selected, USD 2.30 a month. 1 of them is not among the rows shown." in told(panel)

    panel.clear_selection.click()

    assert panel.selected == ()


def test_what_nobody_looked_at_is_not_what_could_not_be_judged(tmp_path):
    """A number that came since the last look has been tried by nobody."""
    new = unknown(5, name="new", looked_at=None)
    panel = panel_of(frame_of([*ROWS, new]), folder=tmp_path)

    assert "1 could not be judged and 1 was not looked at yet." in told(panel)


def test_what_could_not_be_read_is_said(tmp_path):
    """The table's own sentence stands above it."""
    panel = panel_of(table_of(frame_of(ROWS), read=7, unread=["Beta"]), folder=tmp_path)

    assert 'desk-warning" role="alert"><span>7 of 8 accounts read, 5 numbers' in told(panel)
    assert f"Not read: Beta ({ACME.sid}): Nobody may read it." in told(panel)


def test_an_inventory_that_cannot_be_read_says_so(tmp_path, snapshot):
    """And not with an empty grid alone, or with one that seems to be read for ever."""

    def frame():
        raise CannotRead("The accounts could not be read.")

    panel = panel_of(frame, folder=tmp_path)

    assert as_read(panel.said) == snapshot
    assert as_read(panel.grid.empty) == snapshot
    assert "Reading" not in told(panel) + panel.grid.empty


def test_columns_can_be_chosen(panel):
    """A column that is ticked is there, and is searched."""
    panel.columns["sid"].value = True
    panel.filters.search.value = f"PN{3:032x}"

    assert names(panel) == ["busy"]


def test_what_is_shown_is_what_is_exported(panel, tmp_path):
    """Its rows in their order, its columns, and the sids by which programs know them."""
    panel.filters.verdict.value = "quiet"
    panel.grid.sort = ["name", "desc"]
    panel.exports["CSV"].click()
    path, note = sorted(tmp_path.iterdir())
    lines = path.read_text().splitlines()

    assert lines[0] == (
        "phone_number,name,account,verdict,idle_days,idle_at_least,warnings,wired,not_looked_at,monthly,next_billing,"
        "currency,account_sid,sid"
    )
    assert [line.split(",")[1] for line in lines[1:]] == ["quiet mobile", "quiet"]
    assert panel.said.startswith(f"Wrote 2 numbers to {path}.")
    assert note.name in panel.said
    assert "of 2 March 2026, 09:30 UTC, or newer" in note.read_text()


def test_the_note_beside_a_file_tells_its_rows_from_the_inventory(panel, tmp_path, snapshot):
    """Whoever gets ten of sixty-nine rows reads how many are missing, which filters were set, and what they hide."""
    panel.filters.verdict.value = "quiet"
    panel.filters.search.value = "mobile"
    panel.filters.idle.value = "90"
    panel.exports["CSV"].click()
    note = next(tmp_path.glob("*.txt")).read_text()

    assert as_read(note) == snapshot


def test_the_note_beside_a_whole_inventory_says_that_nothing_was_filtered(panel, tmp_path, snapshot):
    """A word in a field for days filters nothing, and is named as such."""
    panel.filters.idle.value = "many"
    panel.exports["CSV"].click()
    note = next(tmp_path.glob("*.txt")).read_text()

    assert as_read(note) == snapshot


@pytest.mark.parametrize(
    ("shown", "beside"),
    [
        ("idle_days", "idle_at_least"),
        ("wired", "not_looked_at"),
        ("last_used", "last_used_at_least"),
    ],
)
def test_what_a_cell_tells_besides_has_a_column_in_the_file(panel, tmp_path, shown, beside):
    """The screen says "90+ days", "none found", "or later"; a bare 90, a bare False, a bare day would claim more."""
    for key, box in panel.columns.items():
        box.value = key == shown
    panel.exports["CSV"].click()
    (path,) = tmp_path.glob("*.csv")

    assert path.read_text().splitlines()[0].startswith(f"{shown},{beside},")


def test_a_folder_that_cannot_be_written_to_is_a_sentence(tmp_path, snapshot):
    """Nothing was written, and the operator knows it."""
    (tmp_path / "file").touch()
    panel = panel_of(frame_of(ROWS), folder=tmp_path / "file")
    panel.exports["CSV"].click()

    assert as_read(panel.said) == snapshot


def test_a_name_is_shown_and_not_run(tmp_path):
    """In the pictures, the filters and the sentences; the grid sets text, and no HTML."""
    panel = panel_of(frame_of([number(1, account="<img src=x onerror=alert(1)>")]), folder=tmp_path)
    html = [widget for widget in told(panel).split("'value': ") if widget.startswith(("'<", '"<'))]

    assert [each for each in html if "<img" in each] == []


def test_showing_it_looks_at_no_log(tmp_path):
    """Run All costs the operator one reading of the lists, and nothing else."""
    looked = Event()
    panel_of(many(20, looked=False), folder=tmp_path, evidence=lambda **_: looked.set())

    assert not looked.is_set()
