"""The inventory's panel: what it says, what its filters mean, and what is exported."""

import asyncio
import re
from decimal import Decimal
from threading import Event

import pytest

from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.grid_tools import ROWS, frame_of, many, number, panel_of, table_of, unknown
from tests.support.on_screen import beside, is_seen, part
from tests.support.panel_tools import told

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def panel(tmp_path):
    return panel_of(frame_of(ROWS), folder=tmp_path)


def names(panel):
    return panel.shown["name"].tolist()


def test_one_sentence_says_what_it_all_comes_to(panel):
    """How many were not used for how long, what they cost, how many could not be checked, and what all cost."""
    said = (
        "<b>2 of 5 numbers were not used for 90 days and cost USD 2.30 a month, USD 27.60 a year.</b> "
        "1 could not be checked. 5 numbers in 2 accounts cost USD 5.75 a month in all."
    )

    assert told(panel).count(said) == 1


@pytest.mark.parametrize(("price", "said"), [("276", "USD 276.00"), ("1204.50", "USD 1,204.50")])
def test_a_figure_is_written_as_in_the_sentence(tmp_path, price, said, snapshot):
    """Two ways of writing one sum would look like two sums."""
    panel = panel_of(frame_of([number(1, monthly=Decimal(price))]), folder=tmp_path)

    assert as_read(part(panel, "desk-sentence")) == snapshot
    assert panel.pictures.html.count(f">{said}<") == 2


def test_a_price_that_is_unknown_is_not_nothing(tmp_path, snapshot):
    """The sum says that it is not the whole."""
    panel = panel_of(frame_of([number(1), number(2, monthly=None)]), folder=tmp_path)

    assert as_read(part(panel, "desk-sentence")) == snapshot


def test_accounts_that_could_not_be_read_are_in_the_sentence(tmp_path, snapshot):
    """What is cut short says so where it is read first, and where there is nothing left."""
    panel = panel_of(table_of(frame_of(ROWS), unread=["Beta"]), folder=tmp_path)

    assert as_read(part(panel, "desk-sentence")) == snapshot
    empty = table_of(frame_of([]), unread=["Beta", "Gamma"])
    assert as_read(part(panel_of(empty, folder=tmp_path), "desk-sentence")) == snapshot


def test_before_a_check_nothing_is_called_unused(tmp_path, snapshot):
    """The button that finds out is there, and the pictures draw nothing of it."""
    panel = panel_of(many(20, looked=False), folder=tmp_path)

    assert as_read(part(panel, "desk-sentence")) == snapshot
    assert "desk-part-quiet" not in panel.pictures.html
    assert is_seen(panel, panel.looking.button)
    assert panel.looking.button.disabled is False


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
        ("account_status", "active", ["quiet", "quiet mobile", "forty days", "busy", "unread"]),
        ("last_used", "30-89", ["forty days"]),
        ("price", "USD 1.1500000000", ["quiet", "quiet mobile", "forty days", "busy", "unread"]),
        ("search", "mobile", ["quiet mobile"]),
    ],
)
def test_each_filter_leaves_what_it_says(panel, field, value, left):
    """And what is unknown passes no filter that asks for something."""
    getattr(panel.filters, field).value = value

    assert names(panel) == left
    assert re.findall(r"\d+", as_read(beside(panel, panel.filters.clear).value))[:2] == [str(len(left)), "5"]

    panel.filters.clear.click()

    assert len(names(panel)) == 5


def test_a_part_of_a_picture_filters_and_the_picture_stays(panel):
    """Pressed once it leaves what it shows, pressed again all; figures, pictures and sentence speak of all rows."""
    before, said = panel.pictures.html, part(panel, "desk-sentence")
    for key, left in (
        ("verdict=quiet", ["quiet", "quiet mobile"]),
        ("account_sid=AC1", ["quiet mobile", "unread"]),
        ("last_used=30-89", ["forty days"]),
        ("last_used=90+", ["quiet", "quiet mobile"]),
        ("last_used=not known", ["unread"]),
    ):
        panel.pictures.press(key)

        assert (names(panel), panel.pictures.pressed) == (left, [key])
        assert (panel.pictures.html, part(panel, "desk-sentence")) == (before, said)

        panel.pictures.press(key)

        assert (len(names(panel)), panel.pictures.pressed) == (5, [])


def test_every_part_of_the_pictures_leaves_as_many_rows_as_it_says(panel):
    """The figure on a bar and the rows that it leaves are one number."""
    for key, words in re.findall(r'data-press="([^"]*)" data-tip="([^"]*)"', panel.pictures.html):
        (figure,) = re.findall(r"(\d+) numbers?", words)
        panel.pictures.press(key)

        assert len(panel.shown) == int(figure), words

        panel.pictures.press(key)


def test_a_part_that_no_picture_has_filters_nothing(panel):
    """What comes from the browser may be anything."""
    for key in ("", "verdict", "verdict=no such", "sid=PN1", "search=x"):
        panel.pictures.press(key)

    assert len(names(panel)) == 5


def test_filters_narrow_together(panel):
    """Each of them holds."""
    panel.filters.account.value = "AC1"
    panel.filters.verdict.value = "quiet"

    assert names(panel) == ["quiet mobile"]


def test_idle_for_longer_than_anybody_looked_is_not_claimed(panel, snapshot):
    """Ninety days without a trace are not a hundred and twenty, and the panel says why they are missing."""
    panel.filters.idle.value = "120"

    assert names(panel) == []
    assert as_read(beside(panel, panel.filters.clear).value) == snapshot


def test_words_in_a_field_for_days_filter_nothing_and_it_says_so(panel, snapshot):
    """A typing error must not look like an empty inventory."""
    panel.filters.idle.value = "many"

    assert len(names(panel)) == 5
    assert as_read(beside(panel, panel.filters.clear).value) == snapshot


def test_an_empty_grid_says_what_to_do(panel, snapshot):
    """Clear the filters, or check the account."""
    panel.filters.search.value = "no such number"

    assert as_read(panel.grid.empty) == snapshot


def test_a_company_without_numbers_is_no_error(tmp_path, snapshot):
    """There is nothing to look at, and the button for it sleeps."""
    panel = panel_of(frame_of([]), folder=tmp_path)

    assert as_read(part(panel, "desk-sentence")) == snapshot
    assert panel.looking.button.disabled
    assert as_read(panel.pictures.html) == snapshot


def test_what_is_selected_costs_and_stays_through_filters(panel, snapshot):
    """A filter hides a selected row; it does not end its selection."""
    panel.grid.select([f"PN{place:032x}" for place in (0, 3)])
    panel.filters.verdict.value = "quiet"

    assert panel.selected == (f"PN{0:032x}", f"PN{3:032x}")
    assert as_read(beside(panel, panel.clear_selection).value) == snapshot

    panel.clear_selection.click()

    assert panel.selected == ()


def test_what_nobody_looked_at_is_not_what_could_not_be_judged(tmp_path, snapshot):
    """A number that came since the last look has been tried by nobody."""
    new = unknown(5, name="new", looked_at=None)
    panel = panel_of(frame_of([*ROWS, new]), folder=tmp_path)

    assert as_read(part(panel, "desk-sentence")) == snapshot


def test_what_could_not_be_read_is_said(tmp_path, snapshot):
    """The table's own sentence stands above it."""
    panel = panel_of(table_of(frame_of(ROWS), read=7, unread=["Beta"]), folder=tmp_path)

    warning = part(panel, "desk-warning")
    assert 'role="alert"' in warning
    assert as_read(warning) == snapshot


def test_an_inventory_that_cannot_be_read_says_so(tmp_path, snapshot):
    """And not with an empty grid alone, or with one that seems to be read for ever."""

    def frame(**_):
        raise cannot_read("The accounts could not be read.")

    panel = panel_of(frame, folder=tmp_path)

    assert as_read(panel.said) == snapshot
    assert as_read(panel.grid.empty) == snapshot
    assert "Reading" not in told(panel) + panel.grid.empty


def test_columns_can_be_chosen(panel):
    """A column that is ticked is there, and is searched."""
    panel.columns["sid"].value = True
    panel.filters.search.value = f"PN{3:032x}"

    assert names(panel) == ["busy"]


def test_what_is_shown_is_what_is_exported(panel, tmp_path, snapshot):
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
    assert as_read(panel.said.replace(str(tmp_path), "exports")) == snapshot
    assert as_read(note.read_text()) == snapshot


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


def test_the_whole_table_waits_for_no_table_of_a_part(tmp_path):
    """One that is being made when everything was read would never be seen."""
    begun, over, made = Event(), Event(), Event()

    def so_far(days):
        begun.set()
        over.wait(10)
        made.set()

    async def show():
        panel = panel_of(lambda **_: begun.wait(10) and frame_of(ROWS), folder=tmp_path)
        panel._so_far = so_far
        await panel.ready()
        waited = made.is_set()
        over.set()
        return panel, waited

    panel, waited = asyncio.run(show())
    assert len(names(panel)) == len(ROWS)
    assert not waited
