"""What the tests in a browser share: a kit that is running, its practice Twilio, pictures, ways to choose."""

import json
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from helpers._install import CHECKOUT
from helpers.practice import PracticeTwilio
from tests.browser import chromium, lab, visit

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def running_kit(browser):
    """A JupyterLab begun by the kit's own command, with a practice Twilio behind it."""
    with lab() as running:
        with visit(browser, running, "00_start_here.ipynb") as here:
            here.run_all()
        yield running


@pytest.fixture
def kit(running_kit):
    """The same with a world that nobody has touched yet."""
    practice_of(running_kit).reset(world="acme")
    return running_kit


#: What every run leaves for a person to look at; git ignores it.
PICTURES = Path(os.environ.get("KIT_PICTURES") or CHECKOUT / "test-results")


@pytest.fixture(scope="module")
def keep_picture():
    """Bring the panel into sight and keep what a person would see, in ``PICTURES``."""

    def keep(here, name):
        panel = panel_of(here.page)
        panel.evaluate("panel => panel.scrollIntoView({block: 'start'})")
        here.picture(PICTURES / f"{name}.png")
        panel.screenshot(path=PICTURES / f"{name}-panel.png")

    return keep


def panel_of(page):
    """Find the panel of the notebook, which is shown last."""
    return page.locator(".jupyter-widgets.desk").last


def practice_of(kit):
    (address,) = kit.home.rglob("practice/server.json")
    return PracticeTwilio(json.loads(address.read_text())["url"])


@pytest.fixture
def sent(kit):
    """List the requests of one method that this test has sent."""
    practice = practice_of(kit)
    before = len(practice.requests())
    return lambda method: [request for request in practice.requests(after=before) if request["method"] == method]


def option(field, words):
    """Find the place of the option that contains some words; ipywidgets writes spaces as hard ones."""
    expect(field.locator("option").filter(has_text=re.compile(re.escape(words).replace(r"\ ", r"\s")))).to_have_count(1)
    return next(
        place
        for place, text in enumerate(field.locator("option").all_text_contents())
        if words in text.replace("\u00a0", " ")
    )


def choose(page, account, name):
    subaccount, number = page.get_by_label("Subaccount"), page.get_by_label("Number", exact=True)
    subaccount.select_option(index=option(subaccount, account))
    number.select_option(index=option(number, name))
    expect(page.locator(".desk-verdict")).to_be_visible()


def nothing_else_went_wrong(here):
    assert here.left_the_machine == []
    assert here.page_errors == []
