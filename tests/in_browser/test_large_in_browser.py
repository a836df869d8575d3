"""A company of a hundred thousand numbers: it fills while it is read, and can be stopped and used."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import lay_notebook, nothing_else_went_wrong, simulator_of

ACCOUNTS, EACH, LATENCY = 1001, 100, 0.08
#: The sentence above the grid at the moment when its first rows were painted, and every sentence since.
WATCH = """() => {
    window.sentences = [];
    new MutationObserver(() => {
        const sentence = document.querySelector('.desk-sentence')?.textContent;
        if (document.querySelector('.desk-grid-row[aria-selected]') && sentence !== window.sentences.at(-1))
            window.sentences.push(sentence);
    }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


@pytest.fixture
def notebook(kit):
    """The inventory's first cells, beside the kit's own notebooks."""
    file = lay_notebook(
        kit,
        "large.ipynb",
        "from helpers import open_desk\n\ndesk = open_desk()",
        "panel = desk.inventory_panel()\npanel",
    )
    yield file.name
    simulator = simulator_of(kit)
    simulator._control("POST", "settings", {"latency": 0})
    file.unlink()


def listed(simulator):
    """Count the lists of numbers that were asked for."""
    return sum(request["path"].endswith("/IncomingPhoneNumbers.json") for request in simulator.requests())


def sentences_of_a_first_reading(browser, kit, notebook):
    """Open a new company, and return every sentence that stood above rows until all numbers were there."""
    simulator = simulator_of(kit)
    simulator.reset(world=f"{ACCOUNTS - 1}x{EACH}")
    simulator._control("POST", "settings", {"latency": LATENCY})
    with visit(browser, kit, notebook) as here:
        here.page.evaluate(WATCH)
        here.run_all()
        expect(here.page.locator(".desk-sentence")).to_have_text(
            re.compile(f"^{(ACCOUNTS - 1) * EACH:,} numbers in"), timeout=60_000
        )
        return here.page.evaluate("window.sentences")


def test_the_first_rows_are_there_before_a_tenth_of_the_accounts_is_read(browser, kit, notebook):
    """Whatever the size: who opens it sees rows at once, how many are missing, and in the end all."""
    # A tenth of the accounts is read in a quarter of a second: other work on the machine may take that long.
    quickest = ACCOUNTS
    for _ in range(3):
        sentences = sentences_of_a_first_reading(browser, kit, notebook)
        first = re.search(r"So far ([\d,]+) numbers: ([\d,]+) of 1,001 accounts read", sentences[0])
        numbers, accounts = (int(figure.replace(",", "")) for figure in first.groups())
        quickest = min(quickest, accounts)
        assert 0 < numbers <= accounts * EACH
        assert len(sentences) > 1
        if quickest < ACCOUNTS / 10:
            break
    assert quickest < ACCOUNTS / 10


def test_a_reading_that_is_stopped_can_be_used(browser, kit, notebook):
    """What was read stays, is sorted and filtered, and nothing more is asked; what is missing is said."""
    simulator = simulator_of(kit)
    simulator.reset(world=f"{ACCOUNTS - 1}x{EACH}")
    simulator._control("POST", "settings", {"latency": 1})
    with visit(browser, kit, notebook) as here:
        here.run_all()
        rows = here.page.locator(".desk-grid-row[aria-selected]")
        expect(rows.first).to_be_visible(timeout=30_000)
        here.page.get_by_role("button", name=re.compile(r"\bStop$")).click()
        told = here.page.locator(".desk-told")
        expect(told).to_contain_text("You stopped the reading", timeout=30_000)
        asked = listed(simulator)
        read = int(re.search(r"([\d,]+) of 1,001 accounts are read", told.text_content())[1].replace(",", ""))
        here.page.get_by_label("Search", exact=True).fill("+1")
        expect(rows.first).to_be_visible()

        assert 0 < read < ACCOUNTS
        assert listed(simulator) == asked
        nothing_else_went_wrong(here)
