"""The first screen: in sight with the box, for everybody to read, and its buttons open the other notebooks."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.judge import wrong_with
from tests.support.kit_in_browser import lay_notebook, nothing_else_went_wrong

#: Whether all of an element is on the screen.
IN_SIGHT = (
    """node => { const { top, bottom } = node.getBoundingClientRect(); return 0 <= top && bottom <= innerHeight; }"""
)
RAN = """name => [...window.jupyterapp.shell.widgets('main')].find(panel => panel.context?.path === name)
    ?.content.widgets.every(cell => cell.model.type !== 'code' || cell.model.executionCount)"""


@pytest.fixture
def alone(kit):
    """A notebook with the box and the first screen."""
    file = lay_notebook(
        kit,
        "alone.ipynb",
        "from helpers import open_desk\n\ndesk = open_desk()\ndesk",
        "home = desk.home_panel()\nhome",
    )
    yield file.name
    file.unlink()


def test_box_and_answer_are_in_sight_and_a_button_opens_its_notebook(browser, kit, sent):
    """On a small screen, after the one press; the other notebook runs in the same window, and nothing is changed."""
    with visit(browser, kit, "00_start_here.ipynb", width=1280, height=800) as here:
        page = here.page
        page.get_by_role("button", name="Run all cells", exact=True).click()
        title = page.get_by_role("heading", name="59 numbers cost USD 896.40 a year")
        expect(title).to_be_visible(timeout=60_000)
        page.wait_for_timeout(2000)

        assert page.locator(".desk-banner .desk-where").evaluate(IN_SIGHT)
        assert title.evaluate(IN_SIGHT)
        assert page.get_by_role("button", name="Check now").evaluate(IN_SIGHT)

        page.get_by_role("link", name="Look through the numbers").click()
        page.wait_for_function(RAN, arg="01_inventory.ipynb", timeout=60_000)

        assert len(page.context.pages) == 1
        assert [request for method in ("POST", "DELETE") for request in sent(method)] == []
        nothing_else_went_wrong(here)


def test_the_first_screen_can_be_read_and_used_by_everybody(browser, kit, alone, keep_picture):
    """Light and dark, before and after a look; nothing cut off."""
    with visit(browser, kit, alone, width=1280, height=800) as here:
        page = here.page
        here.run_all()
        expect(page.get_by_role("heading", name="59 numbers cost USD 896.40 a year")).to_be_visible()
        before = wrong_with(here)
        page.get_by_role("button", name="Check now").click()
        expect(page.get_by_role("heading", name="You could save USD")).to_be_visible(timeout=60_000)
        keep_picture(here, "home")

        assert before + wrong_with(here) == []
        nothing_else_went_wrong(here)
