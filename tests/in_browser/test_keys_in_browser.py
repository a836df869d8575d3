"""Look with one key and release with another, live in a browser; what leaves it is caught on this machine."""

import re

import pytest
import trustme
from playwright.sync_api import expect

from helpers.core.permissions import LOOK, RELEASE
from helpers.gateway.simulator_client import SimulatorClient
from helpers.simulator import serve
from tests.in_browser.test_live_in_browser import only_through
from tests.support.browser import lab, visit
from tests.support.judge import wrong_with
from tests.support.kit_in_browser import PICTURES, choose, nothing_else_went_wrong
from tests.test_live import EndsTls

NUMBER = "+12125550101"
#: How a field looks, as far as a style sheet that forgot it would leave it to the browser.
LOOKS = "each => each.clientHeight + getComputedStyle(each).backgroundColor"


def heard_by(page):
    """Collect what the kernel and the server send to the page from its next loading on."""
    frames = []

    def keep(frame):
        frames.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    return frames


def as_text(frames):
    return "".join(frame if isinstance(frame, str) else frame.decode(errors="replace") for frame in frames)


@pytest.mark.timeout(300)
def test_look_with_one_key_and_release_with_another(browser, tmp_path):
    """No button before the second key is typed; one DELETE by it; and its secret is nowhere afterwards."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with serve(world="acme") as twilio:
        proxy = EndsTls(twilio.url, authority)
        controls = SimulatorClient(twilio.url, twilio.control_token)
        looks, releases = controls.make_key(LOOK), controls.make_key(RELEASE)
        live = {
            "TWILIO_DESK": "live",
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_API_KEY_SID": looks.sid,
            "TWILIO_API_KEY_SECRET": str(looks.secret),
        }
        way = {**only_through(proxy.url), "REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem")}
        with lab(environment={**live, **way}) as running:
            with visit(browser, running, "02_release.ipynb", height=1300) as here:
                page, frames = here.page, heard_by(here.page)
                here.reload()
                here.run_all()
                expect(page.locator(".desk-banner").first).to_contain_text("this API key may not: release numbers")
                choose(page, "Acme", "Head office fax")
                confirm = page.get_by_role("button", name="Yes, release this number")
                page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
                expect(page.get_by_text("There is no button until the API key that may release")).to_be_visible()
                expect(confirm).to_be_hidden()
                fields = page.get_by_label("API key that may release"), page.get_by_label("Its secret")
                assert len({field.evaluate(LOOKS) for field in fields}) == 1
                here.picture(PICTURES / "keys-look.png")

                page.get_by_label("API key that may release").fill(releases.sid)
                page.get_by_label("Its secret").press_sequentially(str(releases.secret))
                expect(confirm).to_be_enabled()
                assert wrong_with(here) == []
                here.picture(PICTURES / "keys-release.png")
                confirm.dblclick()
                expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()
                expect(page.get_by_label("Its secret")).to_have_value("")
                expect(page.get_by_label("API key that may release")).to_have_value("")
                expect(confirm).to_be_hidden()
                here.save()
                shown = page.content()
                nothing_else_went_wrong(here)
            written = b"".join(path.read_bytes() for path in running.home.rglob("*") if path.is_file())
            log = running.log()
        proxy.close()
        deletes = [(each["user"], each["status"]) for each in twilio.requests if each["method"] == "DELETE"]

    assert deletes == [(releases.sid, 204)]
    # That frames were heard, and that they could have held it.
    assert NUMBER in as_text(frames)
    for secret in (str(releases.secret), str(looks.secret)):
        assert secret not in as_text(frames) + shown + log
        assert secret.encode() not in written
    assert re.search(NUMBER.encode()[1:], written)
