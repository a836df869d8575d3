"""The plans that were made before: each is told from the others by a line, and the line is true."""

import pytest

from helpers.panels.plan.criteria import SELECTED
from helpers.plans import batch as running
from tests.support.lost_journal import lose
from tests.support.panel_tools import QUIET, named
from tests.support.plan_panel_tools import check_and_type, make

pytestmark = pytest.mark.usefixtures("loud", "looked")
MADE = "2 March 2026, 09:30 UTC"


def lines(panel):
    """Read the lines of the drop-down, without its first, which chooses nothing."""
    return [label for label, _ in panel.source.saved.options[1:]]


def test_a_plan_says_when_it_was_made_of_which_accounts_how_many_and_what_became_of_it(panel, monkeypatch):
    """Also after it was changed, stopped and taken up again, without another press."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    make(panel, SELECTED, why="Spring cleaning")
    whose = " and ".join(sorted({item.account for item in panel.plan.items})).replace(" and ", ", ")
    assert lines(panel) == [f"{MADE} · {whose} · 2 numbers · not started · Spring cleaning"]

    hear = panel.run.watch.hear

    def stop(progress):
        hear(progress)
        panel.run.watch.stop.click()

    check_and_type(panel)
    with monkeypatch.context() as patch:
        patch.setattr(panel.run.watch, "hear", stop)
        panel.run.confirm.click()
    (line,) = lines(panel)
    assert "1 released" in line
    assert "1 not started" in line

    check_and_type(panel)
    panel.run.confirm.click()
    assert lines(panel) == [f"{MADE} · {whose} · 2 numbers · released · Spring cleaning"]


def test_a_number_that_is_left_out_is_not_counted_any_more(panel, desk):
    """The line follows the plan that it names."""
    make(panel, SELECTED)
    panel.numbers.going.grid.select([named(desk, QUIET).sid])
    panel.numbers.leave_out.click()

    assert [" · 1 number · " in line for line in lines(panel)] == [True]


def test_plans_that_read_the_same_are_told_apart_by_their_ids_and_no_other_has_one(panel):
    """The id stands in the names of their files, too."""
    make(panel, SELECTED)
    first = panel.plan.id[:8]
    assert first not in lines(panel)[0]
    make(panel, SELECTED)

    assert {line.rpartition(" · ")[2] for line in lines(panel)} == {first, panel.plan.id[:8]}


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b'{"plan": {"id": 3}}'])
def test_a_file_that_cannot_be_read_is_offered_by_its_name_and_keeps_no_other_away(panel, content):
    """Opening it says what is wrong with it."""
    make(panel, SELECTED)
    panel.path.with_name("plan-torn.json").write_bytes(content)
    make(panel, SELECTED)

    assert "plan-torn.json · cannot be read" in lines(panel)
    assert len(lines(panel)) == 3


def test_where_the_journal_cannot_be_read_a_plan_is_not_called_not_started(panel, desk, journal):
    """What is not known is not said."""
    make(panel, SELECTED, why="Spring cleaning")
    lose(journal)
    (file,) = desk.plans.files()

    assert file.plan is not None
    assert file.became is None
