"""The numbers of a plan in the grid: nothing is sent that is not seen, however many they are; groups and ticks."""

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from comm.base_comm import BaseComm

from helpers.plans.files import open_plan, save_plan
from helpers.plans.report import report_lines
from tests.support.grid_tools import rows_of, say
from tests.support.panel_tools import told
from tests.support.plan_panel_tools import from_list

pytestmark = pytest.mark.usefixtures("loud")
#: Bytes to the browser at each change of a plan, whatever its size, and with each page of a hundred rows.
FEW, A_PAGE = 12_500, 100_000


@pytest.fixture
def large(panel):
    """Save a plan of any number of items, a third of them in use; return its file."""

    def save(size):
        from_list(panel, "phone_number\n+19175550156\n+14155550110\n")
        (quiet,), (used,) = panel.plan.going, panel.plan.aside
        items = tuple(
            replace(used if at % 3 else quiet, sid=f"PN{at:032x}", phone_number=f"+1917555{at:04d}")
            for at in range(size)
        )
        return save_plan(replace(panel.plan, items=items, id=f"many{size}"), panel.path.parent)

    return save


@pytest.fixture
def sent(monkeypatch):
    """The size of every message to the browser; emptied by the test."""
    sizes = []

    def publish(comm, msg_type, data=None, metadata=None, buffers=None, **keys):
        sizes.append(len(json.dumps({**(data or {}), **keys}, default=str)))

    monkeypatch.setattr(BaseComm, "publish_msg", publish)
    for kind in BaseComm.__subclasses__():
        monkeypatch.setattr(kind, "publish_msg", publish)
    return sizes


def spent(sent, act):
    sent.clear()
    act()
    return sum(sent)


@pytest.mark.parametrize("size", [2_000, 10_000])
def test_nothing_of_a_plan_is_sent_that_is_not_seen(panel, large, sent, size):
    """Neither when it is opened nor when it is changed, searched or sorted: rows go by the page that is asked for."""
    path, numbers = large(size), panel.numbers
    opened = spent(sent, lambda: panel._open_pressed(path))
    assert len(panel.plan.items) == size

    def tick_all():
        say(numbers.aside.grid, type="mark_all", on=True)

    def leave_one_out():
        numbers.going.grid.select([panel.plan.going[0].sid])
        numbers.leave_out.click()

    def add_them():
        numbers.why.value = "The customer left"
        numbers.add.click()

    costs = {
        "open": opened,
        "page": spent(sent, lambda: say(numbers.going.grid, type="rows", start=0, count=100)),
        "leave out": spent(sent, leave_one_out),
        "tick all": spent(sent, tick_all),
        "add": spent(sent, add_them),
        "search": spent(sent, lambda: numbers.search.set_trait("value", "0042")),
        "sort": spent(sent, lambda: numbers.going.grid.set_trait("sort", ["last_used", "desc"])),
    }

    assert len(panel.plan.going) == size
    assert 0 < costs.pop("page") < A_PAGE
    assert {act: cost for act, cost in costs.items() if not 0 < cost < FEW} == {}


def test_no_number_of_a_plan_is_in_what_a_notebook_could_save(panel, large):
    """JupyterLab can be told to write the state of widgets into the file; only the row that one went to is in it."""
    panel._open_pressed(large(50))
    numbers = panel.numbers
    numbers.going.grid.select(item.sid for item in panel.plan.going)
    say(numbers.going.grid, type="cursor", at=1)
    state, first = told(panel), rows_of(numbers.going.grid)[1]

    assert [item.sid for item in panel.plan.items if item.sid in state] == []
    assert [item.phone_number for item in panel.plan.items if item.phone_number in state] == [first[2]["text"]]


def test_another_plan_of_the_same_numbers_has_no_tick_and_no_search_of_the_one_before(panel, large):
    """Nothing is preselected, and nothing typed is taken over."""
    other, path, numbers = large(49), large(50), panel.numbers
    panel._open_pressed(path)
    numbers.going.grid.select(item.sid for item in panel.plan.going)
    numbers.aside.grid.select(item.sid for item in panel.plan.aside)
    numbers.search.value, numbers.why.value = "00", "The customer left"
    say(numbers.going.grid, type="cursor", at=0)
    assert "+1917555" in numbers.going.about.value
    # As the panel itself does not: it hides the plan of before first.
    numbers.show(open_plan(other), today=date(2026, 3, 2), notes={})

    assert (numbers.going.grid.selected, numbers.aside.grid.selected) == ((), ())
    assert (numbers.search.value, numbers.why.value) == ("", "")
    assert (numbers.going.grid.total, numbers.aside.grid.total) == (17, 32)
    assert "+1917555" not in numbers.going.about.value


def test_what_is_ticked_and_not_shown_is_counted(panel, large):
    """Who searches and presses is told before that more than the search shows is meant."""
    panel._open_pressed(large(50))
    numbers = panel.numbers
    numbers.going.grid.select(item.sid for item in panel.plan.going)
    numbers.search.value = "0042"

    assert "17 ticked</b>, 16 of them not shown" in numbers.going.ticked.value
    assert numbers.leave_out.description == "Leave 17 out"


def test_a_mark_stands_where_there_is_something_to_tell(panel, desk):
    """What is marked by facts is what has a sentence, for every number of the company."""
    from_list(panel, "phone_number\n" + "\n".join(number.phone_number for number in desk.inventory().numbers))
    numbers = panel.numbers

    assert {item.deserves_a_second_look for item in panel.plan.items} == {True, False}
    for group in (numbers.going, numbers.aside):
        for at, row in enumerate(rows_of(group.grid)):
            say(group.grid, type="cursor", at=at)
            item = next(item for item in panel.plan.items if item.sid == row[0])

            assert ("⚠" in group.about.value) is item.deserves_a_second_look


def test_no_line_of_a_report_or_a_list_is_sent_that_is_not_seen_and_none_is_left_out(panel, large, sent):
    """Two thousand of each: the browser gets the page that it asks for, and told of is the row that one goes to."""
    panel._open_pressed(large(2_000))
    lines = report_lines(panel.plan, (), set_aside={}, now=panel._clock(), notes={})
    entry = SimpleNamespace(id="1", state="refused", details={}, confirmed={"ticket": "OPS-4711"})
    begun = tuple(replace(line, entry=entry) for line in lines)
    report = panel.report.listing
    wrong = "phone_number\n" + "nobody\n" * 2_000
    costs = {
        "report": spent(sent, lambda: panel.report.show(panel.plan, begun)),
        "page": spent(sent, lambda: say(report.grid, type="rows", start=1900, count=100)),
        "row": spent(sent, lambda: say(report.grid, type="cursor", at=1999)),
    }
    assert report.grid.total == 2_000
    assert "+19175551999" in report.about.value
    assert "Ticket: OPS-4711." in report.about.value
    costs |= {
        "list": spent(sent, lambda: from_list(panel, wrong)),
        "page of the list": spent(sent, lambda: say(panel.source.reading.wrong.grid, type="rows", start=0, count=100)),
    }

    assert panel.source.reading.wrong.grid.total == 2_000
    assert {name: cost for name, cost in costs.items() if cost > (A_PAGE if "page" in name else FEW)} == {}


def test_rows_that_are_only_read_are_never_ticked(panel, large):
    """There is no box to tick, and nothing that a button could take for chosen."""
    panel._open_pressed(large(3))
    from_list(panel, "phone_number\n+19175550156\nnobody\n")
    grid = panel.source.reading.wrong.grid

    assert not grid.ticks
    assert panel.numbers.going.grid.ticks
