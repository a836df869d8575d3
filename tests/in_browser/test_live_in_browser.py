"""The kit opened live in a browser, with all that leaves it caught on this machine."""

import trustme
from playwright.sync_api import expect

from helpers.simulator import serve
from tests.support.browser import lab, visit
from tests.support.judge import wrong_with
from tests.support.kit_in_browser import PICTURES, nothing_else_went_wrong
from tests.test_live import EndsTls

#: Nothing listens there.
NOWHERE = "http://127.0.0.1:1"


def only_through(proxy):
    """Send everything through a proxy on this machine, whatever else the environment says of proxies."""
    # An empty https_proxy would take HTTPS_PROXY away, and the way out would be open.
    ways = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), proxy)
    return {**ways, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "CURL_CA_BUNDLE": ""}


def run_first_cell(here):
    here.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def test_live_without_a_network_says_so_and_shows_no_panel(browser):
    """One sentence with what to do, no traceback, no secret, and no banner that could be taken for practice."""
    token = "5ec2e7" * 5 + "00"
    live = {"TWILIO_DESK": "live", "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": token}
    with (
        lab(environment={**live, **only_through(NOWHERE)}) as running,
        visit(browser, running, "02_release.ipynb") as here,
    ):
        run_first_cell(here)
        expect(here.page.get_by_text("NoNetwork:")).to_be_visible(timeout=60_000)
        here.picture(PICTURES / "live-without-a-network.png")
        shown = here.page.locator(".jp-Notebook").inner_text()

        assert "The proxy in between did not let the request through." in " ".join(shown.split())
        assert "Traceback" not in shown
        assert token not in shown + running.log()
        assert here.page.locator(".desk").count() == 0
        nothing_else_went_wrong(here)


def test_live_cannot_be_mistaken_for_practice(browser, tmp_path):
    """In words, in both themes, on banner and panel; wrong credentials are a sentence; running cells writes nothing."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with serve(world="acme") as twilio:
        proxy = EndsTls(twilio.url, authority)
        sid, token = twilio.credentials["main_token"]
        live = {"TWILIO_DESK": "live", "TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token}
        way = {**only_through(proxy.url), "REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem")}
        with lab(environment={**live, **way}) as running:
            with visit(browser, running, "02_release.ipynb", height=1300) as here:
                page = here.page
                here.run_all()
                banner, panel = page.locator(".desk-banner").first, page.locator(".jupyter-widgets.desk").last
                for theme in ("light", "dark"):
                    here.use_theme(theme.title())
                    banner.scroll_into_view_if_needed()
                    here.picture(PICTURES / f"live-{theme}.png")

                    assert banner.inner_text().startswith("LIVE")
                    assert "ractice" not in banner.inner_text() + panel.inner_text()
                    expect(panel.locator(".desk-pill")).to_have_text("LIVE")
                expect(panel.locator(".desk-waiting")).to_have_count(0)
                assert wrong_with(here) == []
                nothing_else_went_wrong(here)
            with visit(browser, running, "05_journal.ipynb") as here:
                here.page.evaluate(
                    "code => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
                    ".requestExecute({ code }).done",
                    "import os; os.environ['TWILIO_AUTH_TOKEN'] = '1' * 32",
                )
                run_first_cell(here)
                expect(here.page.get_by_text("CredentialsRefused:")).to_be_visible(timeout=60_000)

                assert here.page.locator(".desk").count() == 0
                assert token not in here.page.locator(".jp-Notebook").inner_text() + running.log()
        proxy.close()

        assert proxy.asked_for != set()
        assert [request for request in twilio.requests if request["method"] != "GET"] == []
