"""A note is typed once, and stands where somebody decides: in the list, in the grid, and as a plan's question."""

import re

from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import make_a_plan_of, nothing_else_went_wrong, panel_of

NUMBER, OTHER = "+19175550156", "+19175550157"


def note(page, number, **fields):
    page.get_by_role("textbox", name="Number", exact=True).fill(number)
    expect(page.get_by_label("Owner", exact=True)).to_be_enabled()
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text(f"Saved for {number}")).to_be_visible()


def test_a_note_is_written_and_a_plan_asks_the_owner(browser, kit, keep_picture):
    """In either theme nothing is cut off or too pale; the number that is kept is not in the plan."""
    with visit(browser, kit, "03_release_many.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        note(page, NUMBER, Note="Printed on every van", Owner="Ann Lee, Marketing")
        note(page, OTHER, Note="The spring fair", Owner="Ann Lee, Marketing", Keep_until="2099-01-31")
        expect(page.get_by_text(f"{OTHER} is noted: 1 number at this moment.")).to_be_visible()
        keep_picture(here, "notes", of=lambda page: page.locator(".jupyter-widgets.desk").first)
        make_a_plan_of(page, NUMBER, OTHER)
        page.get_by_role("button", name="Check every number again").click()
        expect(page.get_by_label("Ann Lee, Marketing agreed (1 number)")).to_be_visible()
        page.get_by_label("Ann Lee, Marketing agreed (1 number)").check()
        keep_picture(here, "plan-owners", of=panel_of)
        nothing_else_went_wrong(here)


def test_what_comes_of_a_press_on_protect_is_told_inside_the_window(browser, kit):
    """A refusal and a success, also where the button is at the lower edge of the window."""
    with visit(browser, kit, "03_release_many.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        protect = page.get_by_role("button", name=re.compile(r"\bProtect$"))
        for which, told in (
            ("12", "Nothing was protected: 12 is not written like"),
            (NUMBER, f"{NUMBER} is protected"),
        ):
            page.get_by_label("Which", exact=True).fill(which)
            protect.evaluate("button => button.scrollIntoView({block: 'end'})")
            protect.click()
            expect(page.get_by_text(told)).to_be_in_viewport(ratio=1)
            expect(protect).to_be_in_viewport()
        nothing_else_went_wrong(here)
