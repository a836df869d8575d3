"""Whoever types ends with Enter: it presses no button that releases, buys, moves, unregisters or unprotects."""

from playwright.sync_api import expect

from helpers.journal.database import Database
from helpers.journal.journal import journal_file
from helpers.journal.notes import Notes
from tests.support.browser import visit
from tests.support.kit_in_browser import (
    check_and_type,
    choose,
    make_a_plan_of,
    nothing_else_went_wrong,
    option,
    protect,
    release_at_once,
    run_in_kernel,
    simulator_of,
)
from tests.support.simulator_tools import control

NUMBER, OTHER, WITH_ADDRESS = "+19175550156", "+19175550157", "+17135550125"


def heard(here):
    """Wait until the kernel has heard whatever was typed and pressed."""
    # What was typed while the kernel was busy leaves the page when the first of these is back.
    for _ in range(2):
        run_in_kernel(here, "'everything before this'")


def type_and_press_in_vain(here, field, words, button, happened):
    """
    Type what wakes a button, and press Enter in the field and on the button: it stays awake, and nothing happens.

    All of it has to be typed: one sign less, and the button sleeps.
    """
    field.fill(words[:-1])
    heard(here)
    expect(button).to_be_disabled()
    field.fill(words)
    expect(button).to_be_enabled()
    for place in (field, button):
        place.focus()
        for key in ("Enter", "NumpadEnter", "Shift+Enter", "Control+Enter"):
            here.page.keyboard.press(key)
    heard(here)

    assert button.is_enabled()
    assert happened() == []


def press(page, button):
    """Press a button as somebody without a mouse does, twice in a hurry."""
    button.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Space")


def test_an_emergency_address_is_unregistered_by_the_space_bar_alone(browser, kit, sent, keep_picture):
    """In the release panel, where it stands in the way of a release."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        here.run_all()
        choose(page, "Acme Shops", "Shop Houston, pharmacy")
        typed = page.get_by_label("Type the number again to unregister its address")
        unregister = page.get_by_role("button", name="Unregister the emergency address")
        type_and_press_in_vain(here, typed, WITH_ADDRESS, unregister, lambda: sent("POST"))
        keep_picture(here, "release-blocked")
        press(page, unregister)
        expect(page.get_by_text(f"the emergency address of {WITH_ADDRESS} is unregistered").first).to_be_visible()

        assert [request["status"] for request in sent("POST")] == [200]
        assert sent("DELETE") == []
        nothing_else_went_wrong(here)


def test_a_number_is_bought_back_by_the_space_bar_alone(browser, kit, sent, keep_picture):
    """With its old settings; and in the step without them, where Twilio refused those."""
    simulator = simulator_of(kit)
    with visit(browser, kit, "04_restore.ipynb", height=1500) as here:
        page = here.page
        release_at_once(here, NUMBER, OTHER)
        here.run_all()
        released = page.get_by_label("Released number")
        typed = page.get_by_label("Type the number again to confirm", exact=True)
        buy = page.get_by_role("button", name="Buy this number back")
        released.select_option(index=option(released, NUMBER))
        expect(typed).to_be_enabled()
        type_and_press_in_vain(here, typed, NUMBER, buy, lambda: sent("POST"))
        press(page, buy)
        expect(page.get_by_text(f"{NUMBER} is yours again, with every setting as it was.")).to_be_visible()

        assert [request["status"] for request in sent("POST")] == [201]

        simulator.rebuy("refused")
        released.select_option(index=option(released, OTHER))
        typed.fill(OTHER)
        expect(buy).to_be_enabled()
        press(page, buy)
        expect(page.get_by_text("gives it back in its Console only")).to_be_visible()
        keep_picture(here, "restore-console-only")
        simulator.rebuy("works")
        order = {"fault": "REFUSED", "method": "POST", "path": "IncomingPhoneNumbers.json", "code": 21649}
        control(simulator, "faults", order)
        typed.fill(OTHER)
        expect(buy).to_be_enabled()
        press(page, buy)
        expect(page.get_by_text("both ways are below")).to_be_visible()
        keep_picture(here, "restore-without-its-old-settings")
        typed = page.get_by_label("Type it again to confirm that")
        bare = page.get_by_role("button", name="Buy it without its old settings")
        before = len(sent("POST"))
        type_and_press_in_vain(here, typed, OTHER, bare, lambda: sent("POST")[before:])
        press(page, bare)
        expect(page.get_by_text(f"{OTHER} is yours again, with every setting as it was.")).to_be_visible()
        bought = [request for request in sent("POST") if request["path"].endswith("/IncomingPhoneNumbers.json")]

        assert [request["status"] for request in bought] == [201, 400, 400, 201]
        nothing_else_went_wrong(here)


def protected(kit):
    """Read in the database itself what is protected; each world has its own, and the newest is this test's."""
    file = max(kit.home.rglob("journal-*.db"), key=lambda file: file.stat().st_mtime)
    return [line["what"] for line in Notes(Database(journal_file(file))).protections()]


def test_a_protection_is_taken_away_by_the_space_bar_alone(browser, kit, keep_picture):
    """In the panel that stands above the plans."""

    def first(page):
        return page.locator(".jupyter-widgets.desk").first

    with visit(browser, kit, "03_release_many.ipynb", height=1300) as here:
        page = here.page
        here.run_all()
        keep_picture(here, "protection-empty", of=first)
        typed = protect(page, "*hotline*")
        unprotect = page.get_by_role("button", name="Yes, unprotect it")
        type_and_press_in_vain(
            here, typed, "*hotline*", unprotect, lambda: list({"*hotline*"}.difference(protected(kit)))
        )
        keep_picture(here, "protection", of=first)
        press(page, unprotect)
        expect(page.get_by_text("*hotline* is not protected any more.")).to_be_visible()

        assert protected(kit) == []
        nothing_else_went_wrong(here)


def test_a_plan_unregisters_and_releases_by_the_space_bar_alone(browser, kit, sent, keep_picture):
    """Both red buttons of the panel; the second one moves numbers as well."""
    with visit(browser, kit, "03_release_many.ipynb", height=1500) as here:
        page = here.page
        here.run_all()
        make_a_plan_of(page, NUMBER, WITH_ADDRESS)
        typed = page.get_by_label("Type what is to be done").first
        unregister = page.get_by_role("button", name="Unregister them")
        type_and_press_in_vain(here, typed, "unregister 1 emergency address", unregister, lambda: sent("POST"))
        keep_picture(here, "plan-blocked")
        press(page, unregister)
        expect(page.get_by_text("The plan is made anew, of its numbers as they are now.")).to_be_visible()

        assert [request["status"] for request in sent("POST")] == [200]

        red = check_and_type(page)
        typed = page.get_by_label("Type what is to be done").last
        type_and_press_in_vain(here, typed, typed.input_value(), red, lambda: sent("DELETE"))
        press(page, red)
        expect(page.get_by_text("The plan is through. 2 released").first).to_be_visible(timeout=60_000)

        assert [request["status"] for request in sent("DELETE")] == [204, 204]
        nothing_else_went_wrong(here)
