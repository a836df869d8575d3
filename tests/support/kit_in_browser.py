"""What the tests in a browser share: a kit that is running, its practice Twilio, pictures, ways to choose."""

import json
import os
import re
from pathlib import Path

from playwright.sync_api import expect

from helpers._install import CHECKOUT
from helpers.gateway.simulator_client import SimulatorClient

expect.set_options(timeout=15_000)


#: What every run leaves for a person to look at; git ignores it.
PICTURES = Path(os.environ.get("KIT_PICTURES") or CHECKOUT / "test-results")


def panel_of(page):
    """Find the panel of the notebook, which is shown last."""
    return page.locator(".jupyter-widgets.desk").last


def lay_notebook(kit, name, *sources):
    """Lay a notebook with these code cells beside the kit's own, and return its path."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(sources)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    file = kit.kit / "notebooks" / name
    file.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return file


def simulator_of(kit):
    (address,) = kit.home.rglob("practice/server.json")
    return SimulatorClient(**json.loads(address.read_text()))


def cells_of(page):
    """Count the cells of the notebook itself: on the page JupyterLab draws only those in sight, and late."""
    return page.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.length")


def option(field, words):
    """Find the place of the option that contains some words; ipywidgets writes spaces as hard ones."""
    expect(field.locator("option").filter(has_text=re.compile(re.escape(words).replace(r"\ ", r"\s")))).to_have_count(1)
    return next(
        place
        for place, text in enumerate(field.locator("option").all_text_contents())
        if words in text.replace("\u00a0", " ")
    )


class Hand:
    """A hand that counts: a press, a choice in a drop-down and a typed field are one each; reading is none."""

    def __init__(self):
        self.done = 0

    def click(self, button):
        self.done += 1
        button.click()

    def select(self, field, words):
        self.done += 1
        field.select_option(index=option(field, words))

    def fill(self, field, text):
        self.done += 1
        field.fill(text)


def choose_account(page, account):
    """Choose a subaccount; return the field of its numbers, once it lists them."""
    subaccount, number = page.get_by_label("Subaccount"), page.get_by_label("Number", exact=True)
    subaccount.select_option(index=option(subaccount, account))
    # Until an account is chosen, each number is listed with its own.
    elsewhere = re.compile(re.escape(account).replace(r"\ ", r"\s"))
    expect(number.locator("option").filter(has_text=elsewhere)).to_have_count(0)
    return number


def choose(page, account, name):
    number = choose_account(page, account)
    number.select_option(index=option(number, name))
    expect(page.locator(".desk-verdict")).to_be_visible()


def protect(page, names):
    """Protect names, and choose that protection to be taken away again; return the field to type them back in."""
    kind = page.get_by_label("Protect", exact=True)
    kind.select_option(index=option(kind, "name"))
    page.get_by_label("Which", exact=True).fill(names)
    page.get_by_role("button", name=re.compile(r"\bProtect$")).click()
    lines = page.get_by_label("Take away the protection of")
    lines.select_option(index=option(lines, names))
    return page.get_by_label("Type what it names")


def make_a_plan_of(page, *numbers):
    """Upload the list of numbers that somebody sent by mail, and have a plan made of it."""
    listed = {"name": "numbers.csv", "mimeType": "text/csv", "buffer": "\n".join(["phone_number", *numbers]).encode()}
    source = page.get_by_label("With which numbers")
    source.select_option(index=option(source, "in a list of mine"))
    upload = page.get_by_role("button", name=re.compile("Choose the list"))
    with page.expect_file_chooser() as chooser:
        upload.click()
    chooser.value.set_files(listed)
    expect(upload).to_contain_text("(1)")
    page.get_by_role("button", name="Look at them and make a plan").click()
    expect(page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)


def check_and_type(page):
    """Have the open plan checked, and type its sentence; return the button that is awake by then."""
    page.get_by_role("button", name="Check every number again").click()
    typed = page.get_by_label("Type what is to be done").last
    expect(typed).to_be_enabled(timeout=60_000)
    typed.fill(typed.get_attribute("placeholder"))
    return page.get_by_role("button", name="Yes, release these numbers")


def run_in_kernel(here, code):
    """
    Run some code as a cell would, and return what it printed.

    The kernel does one thing after the other: what the page had sent before is done by then.
    """
    printed, failed = here.page.evaluate(_RUN_IN_KERNEL, code)

    assert failed == ""
    return printed


_RUN_IN_KERNEL = """async code => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const asked = kernel.requestExecute({ code });
    let printed = '', failed = '';
    asked.onIOPub = message => {
        if (message.header.msg_type === 'stream') printed += message.content.text;
        if (message.header.msg_type === 'error') failed += message.content.evalue;
    };
    await asked.done;
    return [printed, failed];
}"""

_RELEASE = """
from helpers import open_desk
from helpers.core.records import Confirmation
desk = open_desk()
for number in desk.inventory().numbers:
    if number.phone_number in {numbers!r}:
        desk.acts.release(Confirmation(number.sid, desk.decide(number), number.phone_number))
"""


def release_at_once(here, *numbers):
    """Release some numbers without a panel, for a test that is about what comes after."""
    run_in_kernel(here, _RELEASE.format(numbers=numbers))


def nothing_else_went_wrong(here):
    assert here.left_the_machine == []
    assert here.page_errors == []
