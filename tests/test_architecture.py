"""The import order of the kit, and what must always hold in its source."""

import ast
import re
from pathlib import Path

import pytest

import helpers

HELPERS = Path(__file__).parent.parent / "helpers"

#: The list in the package's own docstring: each file imports only files below it.
ORDER = re.findall(r"^    (\w+)  +\w", helpers.__doc__, flags=re.MULTILINE)
#: Needs nothing of the kit, and is needed by none of it as a library.
APART = {"__init__", "__main__", "_install", "lab", "simulator"}
#: Judge and tell, and can reach no clock, no disk and no network.
PURE = {
    *("records", "errors", "decision", "states", "entries", "configuration", "story", "dates", "tally", "billing"),
    *("plan", "plan_changes", "clearance", "wanted", "urls", "stretches", "connections", "reasons", "sentences"),
    "advice",
}


def sources():
    return [path for path in HELPERS.rglob("*.py") if "simulator" not in path.parts]


def unit(path):
    """Name the file or package below helpers that a source belongs to."""
    return path.relative_to(HELPERS).parts[0].removesuffix(".py")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "helpers":
            yield from (f"helpers.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield node.module


def calls(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def units_that_call(*names):
    return {unit(path) for path in sources() if any(call.split(".")[-1] in names for call in calls(path))}


def test_every_file_has_its_place_in_the_order():
    """A file that is not in the list would be bound by nothing."""
    found = {unit(path) for path in sources()}

    assert found - APART == set(ORDER)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(HELPERS)))
def test_a_file_imports_only_what_is_below_it(path):
    """The kit is a stack: nothing below knows of what is above."""
    here = unit(path)
    if here in APART:
        return
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("helpers.")} - {"__version__"}

    assert {name for name in ours if ORDER.index(name) <= ORDER.index(here) and name != here} == set()


def test_one_file_releases_one_buys_and_three_update():
    """Whoever asks "who deletes?" finds one file."""
    assert units_that_call("delete_number") == {"release"}
    assert units_that_call("buy_number") == {"restore"}
    assert units_that_call("update_number") == {"emergency", "move", "restore"}
    assert units_that_call("_change") == {"gateway"}


def test_one_file_writes_the_journal():
    """Rows are made in one place, so that they are made one way."""
    assert units_that_call("insert") <= {"journal"}
    assert {unit(path) for path in sources() if "sqlalchemy" in {name.split(".")[0] for name in imports(path)}} == {
        *("journal", "database")
    }


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("ipywidgets", {"panels"}),
        ("anywidget", {"panels"}),
        ("twilio", {"asking", "transport"}),
        ("pandas", {"tables"}),
        ("pyarrow", {"tables"}),
        ("requests", {"transport", "practice"}),
        ("dotenv", {"connect"}),
    ],
)
def test_each_library_has_its_home(library, home):
    """A library that can be reached from everywhere can be replaced nowhere."""
    users = {unit(path) for path in sources() if library in {name.split(".")[0] for name in imports(path)}}

    assert users <= home


@pytest.mark.parametrize("name", sorted(PURE))
def test_what_judges_reaches_no_clock_disk_or_network(name):
    """The same evidence gives the same verdict, everywhere and always."""
    path = HELPERS / f"{name}.py"
    allowed = set("calendar collections csv dataclasses datetime decimal enum functools hashlib io json re".split())
    allowed |= {"itertools", "typing", "unicodedata", "msgspec", "helpers"}

    assert {library.split(".")[0] for library in imports(path)} <= allowed
    assert {library.split(".")[1] for library in imports(path) if library.startswith("helpers.")} <= PURE
    assert not {call for call in calls(path) if call.split(".")[-1] in {"now", "today", "utcnow", "open"}}


def test_time_and_chance_are_arguments():
    """Only the desk reads the real clock, so that a test can move time, and a practice world too."""
    real = {
        "now",
        "utcnow",
        "today",
        "time",
        "sleep",
        "monotonic",
        "perf_counter",
        "token_hex",
        "uuid4",
        "random",
        "uniform",
    }
    offenders = {
        unit(path)
        for path in sources()
        if unit(path) not in APART and any(call.split(".")[-1] in real and "." in call for call in calls(path))
    }

    # The panels tick once a second; asyncio's sleep is not a clock that anything is decided by.
    assert offenders <= {"desk", "opening", "panels", "practice"}
    assert {call for call in calls(HELPERS / "practice.py") if call.split(".")[-1] in real} <= {"practice.now"}


def test_the_practice_twilio_knows_nothing_of_the_kit():
    """It could be anybody's: so the kit cannot behave differently on it."""
    for path in (HELPERS / "simulator").rglob("*.py"):
        ours = {name for name in imports(path) if name.split(".")[0] == "helpers"}

        assert all(name.startswith("helpers.simulator") for name in ours), path.name


def test_only_the_connection_knows_that_there_is_a_practice_twilio():
    """Nothing imports the simulator, and only connect and the desk know the practice client."""
    assert not {unit(path) for path in sources() if any(name.startswith("helpers.simulator") for name in imports(path))}
    assert {unit(path) for path in sources() if "helpers.practice" in imports(path)} == {"connect", "desk"}


def test_nothing_is_noted_on_a_table():
    """What pandas keeps as a table's ``attrs`` is copied or lost as it likes: facts travel beside the table."""
    notes = {unit(path) for path in sources() for node in ast.walk(ast.parse(path.read_text())) if _is_note(node)}

    assert notes == set()


def _is_note(node):
    return isinstance(node, ast.Attribute) and node.attr == "attrs"


def test_a_file_holds_one_noun():
    """A file that passes about 400 lines is two."""
    long = {str(path): lines for path in HELPERS.rglob("*.py") if (lines := len(path.read_text().splitlines())) > 400}

    assert long == {}
