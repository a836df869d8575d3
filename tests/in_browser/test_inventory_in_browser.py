"""The inventory in a real JupyterLab: fast with a hundred thousand numbers, by mouse and by keyboard."""

import json
import re

import nbformat
import pytest
from playwright.sync_api import expect

from helpers._install import CHECKOUT
from tests.support.browser import lab, visit
from tests.support.judge import wrong_at_every_width
from tests.support.kit_in_browser import PICTURES, nothing_else_went_wrong, run_in_kernel

PANEL = """
import sys

sys.path.insert(0, {checkout!r})
from pathlib import Path

from helpers.evidence.steps import Step
from helpers.tables.about import Look
from tests.support.grid_tools import many, panel_of, table_of


def evidence(*, days, progress, stop):
    progress({{Step.CALLS: (1, 3)}})
    stop.wait(30)
    return table_of(many({numbers}), look=Look(8, 1))


panel = panel_of(many({numbers}, looked={looked}), folder=Path("exports"), evidence=evidence)
panel
"""

LONG = """
import sys

sys.path.insert(0, {checkout!r})
from pathlib import Path

from tests.support.grid_tools import frame_of, number, panel_of

numbers = ("+14155550101", "+442079460132", "+4930231251430", "+493023125143000")
name, account = "Delivery alerts of the third shop, spare, printed on receipts", "Acme <b>Shops</b> in the far north"
rows = [number(place, phone_number=each, name=name, account=account) for place, each in enumerate(numbers)]
panel_of(frame_of(rows), folder=Path("exports"))
"""

#: What is cut off in a number; and what reaches out of its own cell, over its neighbours or the row below.
ASTRAY = """rows => rows.flatMap(row => [...row.children].flatMap(cell => {
    const [text] = cell.children, room = cell.getBoundingClientRect(), is = text.getBoundingClientRect();
    const out = is.top < room.top || is.bottom > room.bottom || is.left < room.left || is.right > room.right + 1;
    const cut = text.textContent.startsWith('+') && text.scrollWidth > text.clientWidth;
    return out || cut ? [text.textContent] : [];
}))"""


@pytest.fixture(scope="module")
def running(browser, tmp_path_factory):
    """A JupyterLab with a notebook for each of the inventories that are tried."""
    folder = tmp_path_factory.mktemp("notebooks")
    for name, numbers, looked in (
        ("00_start_here", 60, False),
        ("ten_thousand", 10_000, True),
        ("hundred_thousand", 100_000, True),
    ):
        code = PANEL.format(checkout=str(CHECKOUT), numbers=numbers, looked=looked)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        notebook.cells[0].metadata["jupyter"] = {"source_hidden": True}
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
    notebook.cells[0].source = LONG.format(checkout=str(CHECKOUT))
    nbformat.write(notebook, folder / "long.ipynb")
    with lab(notebooks=folder) as started:
        yield started


def show(here):
    here.run_all()
    expect(here.page.locator(".desk-grid-row[aria-selected]").first).to_be_visible()
    expect(here.page.locator(".desk-ages, .desk-pictures .desk-empty").first).to_be_visible()


def in_kernel(here, code):
    """Ask the kernel for a value, as a cell below the panel would."""
    printed = run_in_kernel(here, f"import json; print(json.dumps({code}, default=str))")
    return json.loads(printed)


def rows(here):
    return here.page.locator(".desk-grid-row[aria-selected]")


def row(here, place):
    """Find the row at a place of the whole table, once it has come."""
    return here.page.locator(f".desk-grid-row[aria-selected][data-index='{place}']")


def wait_until_selected(here, how_many):
    expect(here.page.get_by_text(re.compile(rf"^{how_many:,} selected,"))).to_be_visible()
    return in_kernel(here, "panel.selected")


def test_a_number_is_never_cut_off_and_a_long_name_stays_in_its_cell(browser, running):
    """On a small screen two numbers of London must not look the same; what a name has no room for is left out."""
    with visit(browser, running, "long.ipynb", width=1280) as here:
        show(here)
        for theme in ("Light", "Dark"):
            here.use_theme(theme)

            assert rows(here).count() == 4
            assert rows(here).evaluate_all(ASTRAY) == []
        nothing_else_went_wrong(here)


def test_rows_are_selected_with_the_mouse_after_a_sort(browser, running, keep_picture):
    """
    What the kernel has is the numbers that were clicked, and those between, whatever the order.

    What is ticked, and what the mouse is over, can be read; nothing of it is saved with the notebook.
    """
    with visit(browser, running, "ten_thousand.ipynb", height=1900) as here:
        show(here)
        idle = here.page.get_by_role("button", name="Not used for", exact=True)
        idle.click()
        expect(here.page.locator("[role=columnheader][data-key=idle_days]")).to_have_attribute("aria-sort", "ascending")
        expect(row(here, 0)).to_contain_text("today")
        row(here, 1).click()
        row(here, 4).click(modifiers=["Shift"])
        selected = wait_until_selected(here, 4)
        ordered = in_kernel(here, "panel.shown['sid'].head(6).tolist()")

        assert set(selected) == set(ordered[1:5])
        expect(row(here, 4)).to_have_attribute("aria-selected", "true")
        expect(row(here, 5)).to_have_attribute("aria-selected", "false")

        idle.click()
        expect(row(here, 0)).to_contain_text("90+ days")
        row(here, 0).click()

        assert set(wait_until_selected(here, 5)) == {*ordered[1:5], in_kernel(here, "panel.shown['sid'].iloc[0]")}

        here.page.get_by_role("grid").hover()
        keep_picture(here, "inventory-ticked")
        here.save()
        saved = (running.kit / "notebooks" / "ten_thousand.ipynb").read_text()

        assert ordered[1] not in saved
        assert "+1" not in saved
        nothing_else_went_wrong(here)


def test_everything_in_the_grid_can_be_done_with_the_keyboard(browser, running):
    """Arrows, pages, both ends, the space bar; and no key reaches JupyterLab, whose "dd" deletes the cell."""
    with visit(browser, running, "ten_thousand.ipynb", height=1900) as here:
        show(here)
        grid, keys = here.page.get_by_role("grid", name="Phone numbers"), here.page.keyboard
        grid.focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Space"):
            keys.press(key)
        wait_until_selected(here, 1)
        keys.press("End")
        expect(row(here, 9999)).to_be_visible()
        expect(here.page.locator(".desk-grid-cursor")).to_have_attribute("data-index", "9999")
        keys.press("Space")
        wait_until_selected(here, 2)
        keys.press("PageUp")
        keys.press("Shift+Space")
        wait_until_selected(here, int(in_kernel(here, "len(panel.selected)")))
        page = 9999 - int(here.page.locator(".desk-grid-cursor").get_attribute("data-index"))
        keys.press("Home")
        expect(here.page.locator(".desk-grid-cursor")).to_have_attribute("data-index", "0")
        keys.type("ddaj")
        expected = in_kernel(here, f"[panel.shown['sid'].iloc[1], *panel.shown['sid'].iloc[-{page + 1}:]]")

        assert page > 5
        assert set(in_kernel(here, "panel.selected")) == set(expected)
        assert here.page.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.length") == 1
        nothing_else_went_wrong(here)


def test_a_hundred_thousand_numbers_are_filtered_and_scrolled_through(browser, running):
    """A search, a jump into the middle, and all of what is shown selected: the right rows, and little sent for it."""
    with visit(browser, running, "hundred_thousand.ipynb", height=1900) as here:
        show(here)
        grid = here.page.get_by_role("grid", name="Phone numbers")

        assert rows(here).count() < 60

        grid.evaluate("(grid, row) => { grid.scrollTop = 54_321 * row; }", rows(here).first.bounding_box()["height"])
        expect(row(here, 54_321)).to_contain_text(in_kernel(here, "panel.shown['phone_number'].iloc[54_321]"))
        here.page.get_by_label("Search", exact=True).fill("camp")
        found = in_kernel(here, "int(panel._table.frame['name'].str.contains('Campaign').sum())")
        expect(here.page.get_by_text(f"{found:,} of 100,000 numbers shown.")).to_be_visible()
        expect(row(here, 0)).to_contain_text("Campaign")
        here.page.get_by_role("button", name="Select all rows shown").click()

        assert len(wait_until_selected(here, found)) == found

        here.page.get_by_role("button", name="Clear filters").click()
        expect(here.page.get_by_text(re.compile(rf"^{found:,} selected"))).to_be_visible()

        assert in_kernel(here, "len(panel.shown)") == 100_000
        nothing_else_went_wrong(here)


def test_a_look_shows_how_far_it_is_and_can_be_stopped(browser, running):
    """The notebook stays usable meanwhile, for everybody: filters answer, and so does Stop."""
    with visit(browser, running, "00_start_here.ipynb", height=1900) as here:
        show(here)
        here.page.get_by_role("button", name="Check now").click()
        expect(here.page.get_by_text("Call logs: 1 of 3")).to_be_visible()
        checking = wrong_at_every_width(here, lambda *which: PICTURES / "inventory-checking-{}-{}.png".format(*which))
        here.page.get_by_label("Search", exact=True).fill("sales")
        expect(here.page.get_by_text("of 60 numbers shown.")).to_be_visible()
        here.page.get_by_role("button", name="Stop").click()
        expect(here.page.get_by_text("You stopped: 1 of 8 accounts are checked")).to_be_visible()
        expect(here.page.get_by_role("button", name="Check now")).to_be_visible()
        stopped = wrong_at_every_width(here, lambda *which: PICTURES / "inventory-stopped-{}-{}.png".format(*which))

        assert checking + stopped == []
        assert in_kernel(here, "panel.filters.search.value") == "sales"
        nothing_else_went_wrong(here)


#: From now on the kernel does not hear that rows are asked for.
DEAF = """() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
        if (!/"type": ?"rows"/.test(text)) send.call(this, data);
    };
}"""


def test_rows_of_one_order_never_stand_in_another_one(browser, kit):
    """Until the kernel answers, the places of the new order are empty: nobody ticks a number that is about to go."""
    with visit(browser, kit, "01_inventory.ipynb", width=1280, height=800) as here:
        here.run_all()
        rows = here.page.locator(".desk-grid-row[data-sid]")
        expect(rows.first).to_be_visible()
        here.page.evaluate(DEAF)
        here.page.locator(".desk-grid-sort[data-key=next_billing]").click()
        expect(here.page.locator("[role=columnheader][data-key=next_billing]")).to_have_attribute(
            "aria-sort", "ascending"
        )

        expect(here.page.locator(".desk-grid-row[aria-busy]").first).to_be_visible()
        expect(rows).to_have_count(0)
