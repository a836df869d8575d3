"""No two screens contradict each other: what a look that was stopped has learned is told by all in the same numbers."""

import asyncio
import json
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from helpers.core.records import Verdict
from helpers.simulator import Fault
from helpers.tables.frames import filter_by_verdict
from tests.support.golden import as_read
from tests.support.grid_tools import say

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def stopped(desk, simulator):
    """An inventory whose first look was stopped when its third account was done, and a first screen open meanwhile."""
    (slow,) = (account for account in desk.session.accounts if account.friendly_name == "Acme Marketing")
    simulator.order(Fault.SLOW, path=f"{slow.sid}/Usage/Records", times=99, seconds=10)

    async def played():
        home, panel = desk.home_panel(), desk.inventory_panel()
        await asyncio.gather(home.ready(), panel.ready())
        panel.looking.button.click()
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if panel.shown.loc[panel.shown["looked_at"].notna().to_numpy(dtype=bool), "account"].nunique() >= 3:
                break
        panel.looking.stop.click()
        await panel.ready()
        await home._follow()
        return panel, home

    return asyncio.run(played())


@pytest.fixture
def counted(desk):
    """What the table says of all numbers: how many there are of each kind, and what the unused ones cost a year."""
    frame = desk.evidence()
    quiet, used, unknown = (filter_by_verdict(frame, each) for each in (Verdict.QUIET, Verdict.IN_USE, Verdict.UNKNOWN))
    never = int(unknown["looked_at"].isna().sum())
    year = f"USD {12 * sum(quiet['monthly'].dropna(), Decimal(0)):,.2f}"
    return {
        "all": len(frame),
        "quiet": len(quiet),
        "used": len(used),
        "unknown": len(unknown),
        "never": never,
        "failed": len(unknown) - never,
        "year": year,
    }


def test_after_a_look_that_was_stopped_every_screen_and_every_file_says_the_same(desk, stopped, counted, capsys):
    """The inventory, its pictures and details, the first screen, the export and the report."""
    panel, home = stopped
    quiet, used, unknown, never = (counted[each] for each in ("quiet", "used", "unknown", "never"))
    failed = f"{counted['failed']} could not be checked and " * bool(counted["failed"])
    unchecked = f"{failed}{never} are not checked yet."
    unused = f"{quiet} of {counted['all']} numbers were not used for 90 days"

    assert 0 < quiet < 31
    assert 0 < never < counted["all"]

    inventory = as_read(panel._sentence.value)
    assert f"{unused} and cost" in inventory
    assert f"{counted['year']} a year. {unchecked}" in inventory
    assert f"{never} numbers were not checked yet." in as_read(panel._what_was_read.value)
    pictures = as_read(panel.pictures.html)
    for many, words in ((quiet, "Not used"), (used, "In use"), (unknown, "Unknown")):
        assert f"[{words}: {many} numbers, USD" in pictures

    for screen in (home, desk.home_panel()):
        answer = as_read(screen.answer.value)
        assert f"You could save {counted['year']} a year" in answer
        assert f"{unused}. {unchecked}" in answer
        assert f"{quiet} not used" in answer
        assert f"{unknown} unknown" in answer

    for verdict, words in ((Verdict.QUIET, "No calls and no messages"), (Verdict.UNKNOWN, "have not been looked at")):
        row = filter_by_verdict(panel.shown, verdict)
        row = row[row["looked_at"].isna().to_numpy(dtype=bool)] if verdict == Verdict.UNKNOWN else row
        say(panel.grid, type="open", sid=row["sid"].iloc[0])
        assert words in as_read(panel.drawer.details.value)

    panel.exports["Excel"].click()
    rows, sums = load_workbook(next(desk._exports.glob("*.xlsx"))).worksheets
    verdicts = [row[next(i for i, cell in enumerate(rows[1]) if cell.value == "verdict")].value for row in rows]
    assert [verdicts.count(each) for each in ("Not used", "In use", "Unknown")] == [quiet, used, unknown]
    assert f"{never} numbers were not checked yet." in " ".join(str(cell.value) for row in sums for cell in row)

    home.report.button.click()
    told = json.loads(next(desk._reports.glob("*.json")).read_text())
    assert [told[each] for each in ("not_used", "in_use", "unknown")] == [quiet, used, unknown]
    assert unused in told["text"]
    assert unchecked in told["text"]
    page = as_read(next(desk._reports.glob("*.html")).read_text())
    assert unchecked in page
    assert f"{never} numbers were not checked yet." in page

    desk.evidence()
    assert f"{never} numbers were not checked yet." in capsys.readouterr().out
