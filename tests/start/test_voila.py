"""A notebook as a dashboard of Voila, where nothing can be pressed but what stands in a panel."""

import shutil
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import expect

from tests.support.browser import chromium, jupyter, visit
from tests.support.kit_in_browser import choose, simulator_of

NUMBER = "+19175550156"


def test_a_number_is_released_in_a_dashboard(crowded, tmp_path):
    """No words send anybody to a button that is not there; who loads the page again reads what happened."""
    shutil.copytree(crowded.kit / "notebooks", tmp_path / "work" / "notebooks")
    typed = [crowded.python, "-m", "voila", "notebooks", "--token", "--show_tracebacks=True"]
    with (
        chromium() as browser,
        jupyter(typed, folder=tmp_path / "work", environment={"PYTHONPATH": ""}) as running,
        visit(browser, running, "02_release.ipynb", ready=False, at="voila/render") as here,
    ):
        # Without the token there is nothing but the page that asks for it.
        assert "/login?" in urlopen(f"{running.url}/voila/render/02_release.ipynb").url
        page = here.page
        expect(page.get_by_text("If a button Run all cells stands above")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("button", name="Run all cells")).to_have_count(0)
        choose(page, "Acme Marketing", "Landing page test 1")
        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
        page.get_by_role("button", name="Yes, release this number").click()
        expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()
        page.reload()
        expect(page.locator(".desk-banner").first).to_contain_text(f"{NUMBER} released", timeout=60_000)

        sent = [request["method"] for request in simulator_of(running).requests()]
        assert sent.count("DELETE") == 1
        # Voila's own page asks for its icons there; nothing of the kit's goes anywhere.
        assert {urlsplit(address).hostname for address in here.left_the_machine} <= {"cdn.jsdelivr.net"}
