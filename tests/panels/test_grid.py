"""The grid: rows are known by sid, travel a page at a time, and are nowhere in what a notebook could save."""

import json
from decimal import Decimal

import pytest

from helpers.panels.shared.columns import list_columns
from helpers.panels.shared.grid import PAGE_LIMIT, Grid
from tests.support.grid_tools import frame_of, many, number, unknown, used

KEYS = ("phone_number", "name", "verdict", "idle_days", "monthly", "next_billing")


class Browser:
    """What the browser's side of a grid was sent, and what it may answer."""

    def __init__(self, frame, monkeypatch):
        self.frame, self.sent, self.failures, self.changes, self.went_to = frame, [], [], 0, []
        self.grid = Grid(on_selection=self._marked, on_cursor=self.went_to.append, on_failure=self.failures.append)
        monkeypatch.setattr(self.grid, "send", self.sent.append)
        self.grid.take(frame)
        self.show()

    def _marked(self):
        self.changes += 1

    def show(self, *, query="", wanted=None, keys=KEYS):
        columns = [column for column in list_columns(self.frame, days=90) if column.key in keys]
        wanted = self.frame["sid"].notna().to_numpy(dtype=bool) if wanted is None else wanted
        self.grid.show(columns=columns, matches=wanted, query=query, empty="Nothing.")

    def say(self, **message):
        content = {"rev": self.grid.rev, **message}
        self.grid.comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})

        assert self.failures == []

    def page(self, start=0, count=100):
        self.say(type="rows", start=start, count=count)
        return self.sent[-1]["rows"]

    def names(self):
        return self.grid.shown["name"].tolist()


@pytest.fixture
def browse(monkeypatch):
    return lambda frame: Browser(frame, monkeypatch)


def test_a_page_never_holds_more_than_its_limit(browse):
    """A browser that asks for everything gets three hundred rows."""
    assert len(browse(many(1000)).page(count=100_000)) == PAGE_LIMIT


def test_a_page_of_an_order_that_is_over_is_not_sent(browse):
    """Rows of before the sort would stand under the names of after it."""
    browser = browse(many(10))
    browser.say(type="rows", start=0, count=10, rev=browser.grid.rev - 1)

    assert browser.sent == []


def test_a_stretch_seen_in_another_order_selects_nothing(browse):
    """The third to the fifth row were other numbers when the operator saw them."""
    browser = browse(many(10))
    seen = browser.grid.rev
    browser.grid.sort = ["name", "desc"]
    browser.say(type="mark_stretch", first=2, last=4, rev=seen)
    browser.say(type="mark_all", on=True, rev=seen)

    assert browser.grid.selected == ()


def test_the_row_that_somebody_goes_to_is_told_by_its_sid(browse):
    """In the order that they see; of an order that is over, and beyond the last row, nothing is told."""
    browser = browse(frame_of([number(1, name="b"), number(2, name="a")]))
    seen = browser.grid.rev
    browser.grid.sort = ["name", "asc"]
    browser.say(type="cursor", at=0)
    browser.say(type="cursor", at=1, rev=seen)
    browser.say(type="cursor", at=7)

    assert browser.went_to == [f"PN{2:032x}"]
    assert (browser.grid.selected, browser.changes) == ((), 0)


def test_a_row_is_selected_by_its_sid_whatever_the_order(browse):
    """The number that was clicked is the one that is selected, after any number of sorts."""
    browser = browse(frame_of([used(1, 3), number(2), used(3, 1)]))
    browser.grid.sort = ["idle_days", "desc"]
    sid = browser.page()[0][0]
    browser.grid.sort = ["idle_days", "asc"]
    browser.say(type="mark", sid=sid, on=True)

    assert browser.grid.selected == (f"PN{2:032x}",)
    assert [row[1] for row in browser.page()] == [False, False, True]


def test_a_stretch_reaches_over_pages_that_nobody_fetched(browse):
    """What was selected is what lies between, not what the browser happened to hold."""
    browser = browse(many(1000))
    browser.say(type="mark_stretch", first=10, last=809)

    assert browser.grid.selected == tuple(browser.frame["sid"][10:810])
    assert (browser.grid.marked, browser.changes) == (800, 1)


def test_all_means_all_that_is_shown(browse):
    """Selecting all of a search selects nothing outside it, and ends nothing outside it."""
    browser = browse(frame_of([number(1, name="Sales"), number(2, name="Hotline"), number(3, name="Sales 2")]))
    browser.grid.select([f"PN{2:032x}"])
    browser.show(query="sales")
    browser.say(type="mark_all", on=True)

    assert browser.grid.selected == tuple(f"PN{place:032x}" for place in (1, 2, 3))

    browser.say(type="mark_all", on=False)

    assert browser.grid.selected == (f"PN{2:032x}",)
    assert browser.grid.marked == 0


def test_what_is_selected_stays_selected_in_another_table(browse):
    """A look at the logs brings a new table; a number that is gone is not selected any more."""
    browser = browse(frame_of([number(1), number(2), number(3)]))
    browser.grid.select([f"PN{place:032x}" for place in (1, 3)])
    browser.grid.take(frame_of([number(4), number(3), number(2)]))

    assert browser.grid.selected == (f"PN{3:032x}",)


@pytest.mark.parametrize(
    ("key", "direction", "names"),
    [
        ("idle_days", "asc", ["line 2", "line 1", "line 3", "line 0"]),
        ("idle_days", "desc", ["line 3", "line 1", "line 2", "line 0"]),
        ("monthly", "asc", ["line 2", "line 3", "line 1", "line 0"]),
        ("monthly", "desc", ["line 1", "line 3", "line 2", "line 0"]),
    ],
)
def test_what_is_missing_comes_last_however_one_sorts(browse, key, direction, names):
    """Unknown is neither the most nor the least, and 10.00 is more than 2.15."""
    browser = browse(
        frame_of(
            [unknown(0, monthly=None), used(1, 9, monthly=Decimal(10)), used(2, 1), number(3, monthly=Decimal("2.15"))]
        )
    )
    browser.grid.sort = [key, direction]

    assert browser.names() == names


def test_every_column_can_be_sorted_by_whatever_is_missing(browse):
    """A number without a country, a price or a day is one row among others."""
    bare = dict.fromkeys(set(number()) - {"sid", "account_sid", "account", "phone_number", "verdict"})
    frame = frame_of([number(1), number(2, **bare), used(3, 4), unknown(4)])
    browser = browse(frame)
    keys = [column.key for column in list_columns(frame, days=90)]
    browser.show(keys=keys)
    for key in keys:
        for direction in ("asc", "desc"):
            browser.grid.sort = [key, direction]

            assert len(browser.page()) == 4, key


def test_a_third_press_ends_the_sorting(browse):
    """The order is the inventory's own again."""
    browser = browse(frame_of([number(1, name="b"), number(2, name="C"), number(3, name="a")]))
    browser.grid.sort = ["name", "asc"]

    assert browser.names() == ["a", "b", "C"]

    browser.grid.sort = []

    assert browser.names() == ["b", "C", "a"]


def test_hiding_the_column_that_one_sorts_by_ends_the_sorting(browse):
    """Nobody could see, or end, an order by a column that is not there."""
    browser = browse(frame_of([number(1, name="b"), number(2, name="a")]))
    browser.grid.sort = ["name", "asc"]
    browser.show(keys=("phone_number",))

    assert browser.grid.sort == []
    assert browser.names() == ["b", "a"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("hotline", ["Old hotline"]),
        ("OLD hot", ["Old hotline"]),
        ("+1 (415) 555-0101", ["Old hotline"]),
        ("415.555.0102", ["Sales"]),
        ("hotline 0102", []),
        ("PN0000", []),
        ("Acme", []),
    ],
)
def test_a_search_looks_in_the_columns_shown(browse, query, found):
    """However a number is written it is found; a hit in a column that nobody sees would be a riddle."""
    browser = browse(frame_of([number(1, name="Old hotline"), number(2, name="Sales")]))
    browser.show(query=query)

    assert browser.names() == found


def test_a_search_is_no_pattern(browse):
    """A dot and a bracket are what they are."""
    browser = browse(frame_of([number(1, name="a.b (x"), number(2, name="axb")]))
    browser.show(query="a.b (x")

    assert browser.names() == ["a.b (x"]


def test_no_row_and_no_sid_is_in_what_a_notebook_could_save(browse):
    """JupyterLab can be told to write the state of widgets into the file; there are no numbers in it."""
    browser = browse(many(300))
    browser.grid.select(browser.frame["sid"])
    state = json.dumps(browser.grid.get_state(), default=str)

    assert [sid for sid in browser.frame["sid"] if sid in state] == []
    assert [each for each in browser.frame["phone_number"] if each in state] == []
