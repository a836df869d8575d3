"""What the tests in a browser ask for: a browser, a kit that is running, pictures, what was sent."""

import pytest

from tests.support.browser import chromium, lab, visit
from tests.support.judge import wrong_with
from tests.support.kit_in_browser import PICTURES, panel_of, simulator_of

#: What a running practice Twilio keeps in the operator's folder.
_THE_SIMULATORS = {"server.json", "server.log", "starting.lock", "world.json"}


@pytest.fixture(scope="package")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def running_kit(browser):
    """A JupyterLab begun by the kit's own command, with a practice Twilio behind it."""
    with lab() as running:
        with visit(browser, running, "00_start_here.ipynb") as here:
            here.run_all()
        yield running


@pytest.fixture
def kit(running_kit):
    """The same with a world that nobody has touched yet, and an operator who has no journal, plan or protection."""
    for folder in running_kit.home.rglob("twilio-number-kit"):
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in _THE_SIMULATORS:
                path.unlink()
    simulator_of(running_kit).reset(world="acme")
    return running_kit


@pytest.fixture(scope="package")
def keep_picture():
    """Bring a panel into sight, keep what a person would see, in ``PICTURES``, and let everybody be able to read it."""

    def keep(here, name, *, of=panel_of):
        panel, window = of(here.page), here.page.viewport_size
        panel.evaluate("panel => panel.scrollIntoView({block: 'start'})")
        here.picture(PICTURES / f"{name}.png")
        # JupyterLab scrolls inside of itself: what does not fit into the window would be missing in the picture.
        here.page.set_viewport_size(
            {**window, "height": max(window["height"], int(panel.bounding_box()["height"]) + 200)}
        )
        panel.screenshot(path=PICTURES / f"{name}-panel.png")
        here.page.set_viewport_size(window)

        assert wrong_with(here) == []

    return keep


@pytest.fixture
def sent(kit):
    """List the requests of one method that this test has sent."""
    simulator = simulator_of(kit)
    before = len(simulator.requests())
    return lambda method: [request for request in simulator.requests(after=before) if request["method"] == method]
