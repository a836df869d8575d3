"""The first screen: in sight with the box, and its buttons open the other notebooks."""

from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import nothing_else_went_wrong

#: Whether all of an element is on the screen.
IN_SIGHT = (
    """node => { const { top, bottom } = node.getBoundingClientRect(); return 0 <= top && bottom <= innerHeight; }"""
)
RAN = """name => [...window.jupyterapp.shell.widgets('main')].find(panel => panel.context?.path === name)
    ?.content.widgets.every(cell => cell.model.type !== 'code' || cell.model.executionCount)"""


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
