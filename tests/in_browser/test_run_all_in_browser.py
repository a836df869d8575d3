"""The first press of "Run all cells": it is heard however early it comes, and what there is to see is in sight."""

import contextlib
import itertools
import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import lay_notebook, nothing_else_went_wrong, panel_of

KERNEL = "Boolean(window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel)"
COUNTS = """window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells
    .filter(cell => cell.cell_type === 'code').map(cell => cell.execution_count)"""
RAN = """name => [...window.jupyterapp.shell.widgets('main')].find(panel => panel.context?.path === name)
    .content.widgets.every(cell => cell.model.type !== 'code' || cell.model.executionCount)"""
#: How far below the upper edge of the notebook something begins.
BELOW = """node => node.getBoundingClientRect().top
    - document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect().top"""

#: ``python3 -m tests start`` takes its time.
PRESSES = 20 if os.environ.get("KIT_START") == "all" else 3

LONG = "print('a line\\n' * 200)"
WIDGET = "import ipywidgets\nipywidgets.Box([ipywidgets.Label('A panel')]).add_class('desk')"


@pytest.fixture
def busy():
    """A machine on which others work, too: the kernel takes its time."""
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            loop = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(loop.kill)
        yield


@pytest.fixture
def notebook(kit):
    """Lay a notebook with these cells beside the kit's own."""

    def written(*sources):
        return lay_notebook(kit, "mine.ipynb", *sources).name

    yield written
    (kit.kit / "notebooks" / "mine.ipynb").unlink()


def press(page):
    """Press the button as soon as it shows, and return whether that was before there was a kernel."""
    button = page.get_by_role("button", name="Run all cells", exact=True)
    button.wait_for(timeout=60_000)
    early = not page.evaluate(KERNEL)
    button.click()
    return early


def wait_until_it_ran(page):
    page.wait_for_function(f"{COUNTS}.every(count => count)", timeout=60_000)
    page.get_by_role("button", name="Run all cells", exact=True).wait_for(timeout=60_000)


# The machine is busy, and beside it the other half of the tests.
@pytest.mark.timeout(80 * PRESSES)
def test_every_press_is_heard_however_early_it_comes(browser, kit, busy):
    """On a busy machine, before there is a kernel; then box and panel are in sight, the panel in the upper half."""
    early = []
    for name in itertools.islice(itertools.cycle(("02_release", "04_restore", "05_journal")), PRESSES):
        with visit(browser, kit, f"{name}.ipynb", width=1280, height=800, ready=False) as here:
            page = here.page
            early.append(press(page))
            # Who sees nothing happen presses again.
            page.get_by_role("button", name="Running…", exact=True).click()
            wait_until_it_ran(page)
            below = panel_of(page).evaluate(BELOW)

            assert page.evaluate(COUNTS)[0] == 1
            expect(page.locator(".desk-banner")).to_be_in_viewport(ratio=0.9)
            assert 0 <= below < 344
            nothing_else_went_wrong(here)

    assert any(early)


def go_to(page, name):
    """Open another notebook, as one does by its name in the list of files."""
    page.locator(".jp-DirListing-item").get_by_text(name, exact=True).dblclick()
    page.wait_for_function("name => window.jupyterapp.shell.currentWidget?.context?.path === name", arg=name)


def test_a_press_belongs_to_the_notebook_in_which_it_was_made(browser, kit, notebook):
    """Whoever goes to another one before there is a kernel finds the first one run, box and panel in sight."""
    other = notebook("1 + 1")
    asked = []
    with visit(browser, kit, "02_release.ipynb", width=1280, height=800, ready=False) as here:
        page = here.page
        page.route(
            "**/api/sessions?*",
            lambda route: asked.append(route) if route.request.method == "POST" else route.continue_(),
        )
        assert press(page)
        for name, button in ((other, "Run all cells"), ("02_release.ipynb", "Running…"), (other, "Run all cells")):
            go_to(page, name)
            expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
        while len(asked) < 2:
            page.wait_for_timeout(50)
        for kernel in asked[::-1]:
            kernel.continue_()
        page.wait_for_function(RAN, arg="02_release.ipynb", timeout=60_000)

        assert page.evaluate(COUNTS) == [None]

        page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        go_to(page, "02_release.ipynb")
        page.get_by_role("button", name="Run all cells", exact=True).wait_for(timeout=60_000)
        expect(page.locator(".desk-banner")).to_be_in_viewport(ratio=0.9)
        assert 0 <= panel_of(page).evaluate(BELOW) < 344
        nothing_else_went_wrong(here)


def scroll(page, pixels):
    page.locator(".jp-WindowedPanel-outer").hover()
    page.mouse.wheel(0, pixels)


def at_rest(cell):
    """Where a cell begins, once nothing moves any more."""
    cell.page.wait_for_timeout(1_000)
    return cell.evaluate(BELOW)


def test_an_error_is_in_sight(browser, kit, notebook):
    """It comes before the panel: below it nothing ran."""
    failing = notebook(WIDGET, LONG, "1 / 0", *["# Never run\n" * 30] * 3)
    with visit(browser, kit, failing, ready=False) as here:
        press(here.page)
        error = here.page.get_by_text("ZeroDivisionError").first

        expect(error).to_be_in_viewport(timeout=60_000)
        assert 0 <= error.evaluate(BELOW) < 200
        nothing_else_went_wrong(here)


def test_who_scrolled_meanwhile_stays_there(browser, kit, notebook, tmp_path):
    """Somebody reads before the kernel is there, and goes on reading while the last cell runs: nothing pulls them."""
    gate = tmp_path / "gate"
    waiting = f"import pathlib, time\nwhile not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.05)"
    with visit(browser, kit, notebook(WIDGET, LONG, waiting), height=600, ready=False) as here:
        page = here.page
        panel, lines = page.locator(".jp-OutputArea .desk"), page.locator(".jp-OutputArea", has_text="a line")
        reading = page.locator(".jp-Cell").nth(1)
        press(page)
        scroll(page, 80)
        before = at_rest(reading)
        expect(lines).to_be_attached(timeout=60_000)

        assert abs(at_rest(reading) - before) < 5

        scroll(page, 300)
        expect(panel).not_to_be_in_viewport()
        before = at_rest(reading)
        gate.touch()
        wait_until_it_ran(page)

        assert abs(at_rest(reading) - before) < 5
        nothing_else_went_wrong(here)
