"""Every notebook runs, changes nothing by running, and does what its operator does in it."""

import json
import re
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from platformdirs import user_data_path

from helpers.gateway.simulator_client import SimulatorClient
from helpers.journal.journal import Journal, journal_file

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))

RELEASE = """
await panel.ready()
number = next(each for each in desk.inventory().numbers if each.friendly_name == "Landing page test 1")
panel.subaccount.value = number.account_sid
panel.number.value = number.sid
await panel.ready()
panel.typed.value = number.phone_number
panel.confirm.click()
panel.confirm.click()
await panel.ready()
print(panel.said)
"""
TAKE_BACK = """
await panel.ready()
panel.entry.value = panel.entry.options[1][1]
await panel.ready()
panel.typed.value = panel.entry.label[:12]
panel.confirm.click()
panel.confirm.click()
await panel.ready()
print(panel.said)
"""
SETTLE = """
await panel.ready()
(button,) = panel.buttons.values()
desk.practice.advance(seconds=120)
button.click()
button.click()
await panel.ready()
print(panel.said)
"""


EXPLORE = """
await panel.ready()
panel.looking.button.click()
await panel.ready()
print(panel.shown["verdict"].value_counts().to_dict())
numbers = desk.evidence()
print("remembered:", (numbers["verdict"] != "unknown").sum() > 40)
"""


PLAN = """
await panel.ready()
panel.source.source.value = "filter"
panel.source.make.click()
await panel.ready()
panel.run.check.click()
await panel.ready()
panel.run.typed.value = panel.checked.sentence
panel.run.confirm.click()
panel.run.confirm.click()
await panel.ready()
print(panel.said)
print("due:", len(desk.due()))
"""


class World:
    """The practice Twilio that the notebooks started, in a home of their own."""

    def __init__(self) -> None:
        self.executed = []

    @property
    def simulator(self):
        address = user_data_path("twilio-number-kit", appauthor=False) / "practice" / "server.json"
        return SimulatorClient(**json.loads(address.read_text()))

    def run(self, name, *cells):
        """Run a notebook with cells added at its end; return what the whole of it put out, as text."""
        (path,) = [path for path in NOTEBOOKS if path.name.startswith(name)]
        notebook = nbformat.read(path, as_version=4)
        notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
        # The state of all widgets would be written into the notebook's metadata.
        client = NotebookClient(
            notebook, timeout=60, store_widget_state=False, resources={"metadata": {"path": path.parent}}
        )
        client.execute()
        self.executed.append(notebook)
        return json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)

    def sent(self, method):
        return [request for request in self.simulator.requests() if request["method"] == method]

    def entries(self):
        """Read the journal that the notebooks wrote, oldest entry first."""
        (file,) = (user_data_path("twilio-number-kit", appauthor=False) / "practice").glob("journal-*.db")
        return Journal(journal_file(file)).entries()

    def secrets_kept(self):
        """List the secrets of the world that stand in what the notebooks put out, or would keep."""
        secrets = [pair[-1] for pair in self.simulator.about()["credentials"].values() if pair]
        written = "".join(nbformat.writes(notebook) for notebook in self.executed)
        assert len(secrets) > 3
        assert not any("widgets" in notebook.metadata for notebook in self.executed)
        return [secret for secret in secrets if secret in written]

    def changing(self):
        return [request for request in self.simulator.requests() if request["method"] != "GET"]


@contextmanager
def nobody_yet(home):
    """Move into a home in which nobody has run a notebook yet; the practice Twilio in it is stopped at the end."""
    (home / "ipython").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TWILIO_DESK", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
            patch.delenv(name, raising=False)
        for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            patch.setenv(name, str(home))
        patch.setenv("IPYTHONDIR", str(home / "ipython"))
        world = World()
        yield world
        world.simulator.stop()


@pytest.fixture
def world(tmp_path):
    with nobody_yet(tmp_path / "home") as world:
        yield world


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    """A world in which an operator has found out which numbers are quiet, and what the notebook said."""
    with nobody_yet(tmp_path_factory.mktemp("explored") / "home") as world:
        yield world, world.run("01_inventory", EXPLORE)


def test_run_all_changes_nothing(world):
    """On each of them it sends nothing but GETs, shows first of all where it is, and shows and keeps no secret."""
    for path in NOTEBOOKS:
        shown = world.run(path.name)

        assert "PRACTICE" in shown
    assert world.simulator.requests() != []
    assert world.changing() == []
    assert world.secrets_kept() == []


def test_an_operator_finds_out_which_numbers_are_quiet(explored):
    """One press judges every number; the answer is remembered for the table below, and nothing was changed."""
    world, found = explored

    assert {"quiet", "in use"} <= set(re.findall(r"'([a-z ]+)': \d", found))
    assert "remembered: True" in found
    assert world.changing() == []


def test_an_operator_releases_a_number_and_takes_it_back(world):
    """Two presses of each button are one DELETE and one purchase; both stories can be read, and they hold no secret."""
    released = world.run("02_release", RELEASE, "desk.story()")

    assert "+19175550156: released." in released
    assert [entry.state for entry in world.entries()] == ["released"]
    assert [request["status"] for request in world.changing()] == [204]

    restored = world.run("04_restore", TAKE_BACK, "desk.story()")

    assert "+19175550156: taken back." in restored
    assert [entry.state for entry in world.entries()] == ["restored"]
    assert len(world.sent("DELETE")) == 1
    assert [request["status"] for request in world.sent("POST")] == [201]
    assert world.secrets_kept() == []


def test_an_operator_releases_many_by_a_plan(explored, tmp_path):
    """What was found quiet becomes a plan; two presses release each of its numbers once."""
    world, _ = explored
    world.run("03_release_many", f"desk.plans.folder = __import__('pathlib').Path({str(tmp_path)!r})", PLAN)
    many = len(world.sent("DELETE"))

    assert [entry.state for entry in world.entries()] == ["released"] * many
    assert many > 4
    assert len({request["path"] for request in world.sent("DELETE")}) == many
    assert len(list(tmp_path.glob("plan-*.json"))) == 1


def test_an_operator_settles_what_a_lost_answer_left_open(world):
    """The journal's notebook shows a button for what is open; it settles it, and sends nothing again."""
    world.run("02_release", "desk.practice.fault('BROKEN_BEFORE', method='DELETE')", RELEASE)
    assert [entry.open for entry in world.entries()] == [True]

    world.run("05_journal", SETTLE)

    assert [(entry.state, entry.open) for entry in world.entries()] == [("kept", False)]
    assert len(world.changing()) == 1
