"""The rules between the packages, and what must always hold in the kit's source."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

HELPERS = Path(__file__).parent.parent / "helpers"

#: Each package imports only those on the floors below it, so journal and gateway do not know each other.
FLOORS = (
    {"core"},
    {"journal", "gateway"},
    {"evidence"},
    {"decisions"},
    {"actions"},
    {"plans"},
    {"tables"},
    {"panels"},
    {"desk"},
)
#: The same inside the practice Twilio.
SIMULATOR_FLOORS = ({"world"}, {"resources"}, {"server"})
#: Needs nothing of the kit, and is needed by none of it as a library.
APART = {"__init__", "__main__", "_install", "lab", "simulator"}
#: Judge and tell, and can reach no clock, no disk and no network.
PURE = {
    *(
        f"core.{path.stem}"
        for path in (HELPERS / "core").glob("*.py")
        if path.stem not in {"__init__", "atomic_file", "log"}
    ),
    *("journal.states", "journal.entries"),
    *("evidence.billing", "evidence.evidence", "evidence.log_windows", "evidence.tally", "evidence.window"),
    *("decisions.blockers", "decisions.decision", "decisions.due", "decisions.protected", "decisions.quiet_numbers"),
    *("decisions.savings", "decisions.sentences", "actions.settings"),
    *("plans.plan", "plans.edits", "plans.clearance", "plans.number_list"),
    *(
        "plans.list_table",
        "plans.list_columns",
        "plans.list_context",
        "plans.list_words",
        "plans.number_index",
        "plans.spelling",
    ),
    *("plans.homes", "plans.shape", "plans.released", "plans.second_person"),
}
#: Turn codes into the sentences of connections, reasons and evidence: a fact is never one of these sentences, so only
#: what people look at may import them.  A module that renders such sentences is named here.
#: An exception has its sentence from its making on, so the two files that make exceptions from facts may, too.
RENDERERS = {"core.failures", "decisions.journal_sentences", "decisions.sentences"}
FACES = {"panels", "tables", "plans.report", "core.errors", "gateway.visibility"}


def sources():
    return [path for path in HELPERS.rglob("*.py") if "simulator" not in path.parts]


def module(path):
    """Name a source below helpers, like ``actions.release``."""
    return ".".join(path.relative_to(HELPERS).with_suffix("").parts)


def package(name):
    """Name the package, or the file at the top, that a module below helpers belongs to."""
    return name.split(".")[0]


def floor(name, floors=FLOORS):
    return next((height for height, there in enumerate(floors) if name in there), None)


@cache
def imports(path):
    """Name what a source imports; a module of ours by its whole name, however it is imported."""
    return tuple(_imports(path))


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                is_module = (HELPERS.parent / whole.replace(".", "/")).with_suffix(".py").exists()
                yield whole if is_module else node.module


def ours(path):
    return {name.removeprefix("helpers.") for name in imports(path) if name.startswith("helpers.")}


@cache
def calls(path):
    nodes = ast.walk(ast.parse(path.read_text()))
    return tuple(ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call))


def modules_that_call(*names):
    return {module(path) for path in sources() if any(call.split(".")[-1] in names for call in calls(path))}


def modules_that_import(library):
    return {module(path) for path in sources() if library in {name.split(".")[0] for name in imports(path)}}


def test_every_package_has_its_floor():
    """A package that is on no floor would be bound by nothing."""
    found = {package(module(path)) for path in sources()}

    assert found - APART == set.union(*FLOORS)


def test_the_top_of_the_house_is_read_at_one_look():
    """Who opens the folder sees the packages, and hardly anything else."""
    assert len({path.name for path in HELPERS.iterdir()} - {"__pycache__"}) <= 16


@pytest.mark.parametrize("path", sources(), ids=module)
def test_a_package_imports_only_what_is_below_it(path):
    """The kit is a stack: nothing below knows of what is above, or beside."""
    here = package(module(path))
    if here in APART:
        return
    above = {name for name in ours(path) if package(name) != here and (floor(package(name)) or 0) >= floor(here)}

    assert above == set()


def test_no_files_import_each_other_in_a_circle():
    """Inside a package, too, one file can be read before the other."""
    graph = {module(path): ours(path) for path in HELPERS.rglob("*.py")}

    assert list(TopologicalSorter(graph).static_order()) != []


def test_what_stands_apart_is_imported_by_nothing():
    """The command starts before anything is installed, and JupyterLab's settings are JupyterLab's."""
    apart = {"_install", "lab", "simulator", "__main__"}
    used = {module(path): {package(name) for name in ours(path)} - {package(module(path))} for path in sources()}
    users = {name for name, packages in used.items() if packages & apart}

    assert users <= {"__main__"}


def test_one_file_releases_one_buys_and_three_update():
    """Whoever asks "who deletes?" finds one file."""
    assert modules_that_call("delete_number") == {"actions.release"}
    assert modules_that_call("buy_number") == {"actions.restore"}
    assert modules_that_call("update_number") == {"actions.emergency_address", "actions.move", "actions.restore"}
    assert modules_that_call("send_change") == {"gateway.gateway"}


def test_one_file_writes_the_journal():
    """Rows are made in one place, so that they are made one way; those of notes and protections in another."""
    assert modules_that_call("insert") <= {"journal.journal", "journal.notes"}
    assert "JOURNAL" not in (HELPERS / "journal" / "notes.py").read_text()
    assert modules_that_import("sqlalchemy") == {
        f"journal.{name}" for name in ("chain", "database", "journal", "notes", "reader")
    }


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("twilio", {"gateway.client", "gateway.transport"}),
        ("pandas", {"tables.frames", "tables.shown_frame"}),
        (
            "pyarrow",
            {
                *("evidence.changes", "evidence.columns", "evidence.earlier_homes", "evidence.evidence_rows"),
                *("evidence.kept_looks", "evidence.memory", "evidence.numbers", "evidence.snapshot"),
                *("tables.frames", "tables.judged_numbers"),
            },
        ),
        ("phonenumbers", {"evidence.countries", "panels.shared.html"}),
        ("requests", {"gateway.pools", "gateway.simulator_client"}),
        ("urllib3", {"gateway.deadline", "gateway.pools", "gateway.transport"}),
        ("openpyxl", {"plans.list_file", "tables.report.pictures", "tables.report.sheets", "tables.workbook"}),
    ],
)
def test_each_library_has_its_home(library, home):
    """A library that can be reached from everywhere can be replaced nowhere."""
    assert modules_that_import(library) <= home


@pytest.mark.parametrize("library", ["ipywidgets", "anywidget"])
def test_widgets_are_in_panels_only(library):
    """What is shown can be changed without touching what is done."""
    assert {package(name) for name in modules_that_import(library)} == {"panels"}


@pytest.mark.parametrize("name", sorted(PURE))
def test_what_judges_reaches_no_clock_disk_or_network(name):
    """The same evidence gives the same verdict, everywhere and always."""
    path = HELPERS / f"{name.replace('.', '/')}.py"
    allowed = set(
        "calendar collections csv dataclasses datetime decimal enum functools hashlib io itertools json re".split()
    )
    allowed |= {"typing", "unicodedata", "msgspec", "helpers"}

    assert {library.split(".")[0] for library in imports(path)} <= allowed
    assert ours(path) <= PURE
    assert not {call for call in calls(path) if call.split(".")[-1] in {"now", "today", "utcnow", "open"}}


def test_only_what_people_look_at_renders_sentences():
    """A sentence is compared, counted and saved by nobody: so another wording changes no verdict, plan or journal."""
    users = {module(path) for path in sources() if ours(path) & RENDERERS} - RENDERERS

    assert {name for name in users if not FACES & {name, package(name)}} == set()


def test_time_and_chance_are_arguments():
    """Only the desk reads the real clock, so that a test can move time, and a practice world too."""
    real = set("now utcnow today time sleep monotonic perf_counter token_hex uuid4 random uniform".split())
    offenders = {
        module(path)
        for path in sources()
        if package(module(path)) not in APART
        and any(call.split(".")[-1] in real and "." in call for call in calls(path))
    }
    client = HELPERS / "gateway" / "simulator_client.py"

    # The panels tick once a second; asyncio's sleep is not a clock that anything is decided by.
    assert {name for name in offenders if package(name) != "panels"} <= {
        "desk.desk",
        "desk.opening",
        "gateway.simulator_client",
    }
    assert {call for call in calls(client) if call.split(".")[-1] in real} <= {"simulator.now"}


def test_the_practice_twilio_knows_nothing_of_the_kit():
    """It could be anybody's: so the kit cannot behave differently on it."""
    for path in (HELPERS / "simulator").rglob("*.py"):
        theirs = {name for name in imports(path) if name.split(".")[0] == "helpers"}

        assert all(name.startswith("helpers.simulator") for name in theirs), path.name


@pytest.mark.parametrize("path", sorted((HELPERS / "simulator").glob("*/*.py")), ids=module)
def test_the_practice_twilio_is_a_stack_as_well(path):
    """What it remembers knows nothing of how it is asked."""
    here, there = path.parent.name, {name.split(".")[1] for name in ours(path)}

    assert {
        name for name in there if name != here and floor(name, SIMULATOR_FLOORS) >= floor(here, SIMULATOR_FLOORS)
    } == set()


def test_only_the_connection_knows_that_there_is_a_practice_twilio():
    """Nothing imports the simulator, and only the credentials and the desk know its client."""
    users = {module(path) for path in sources() if "gateway.simulator_client" in ours(path)}

    assert users == {"gateway.credentials", "desk.desk"}


@pytest.mark.parametrize("path", sorted(HELPERS.rglob("*.py")), ids=module)
def test_a_file_holds_one_noun(path):
    """A file that passes 400 lines is two, or says at its top why it is not: "Long because ..."."""
    source = path.read_text()
    told = ast.get_docstring(ast.parse(source)) or ""

    assert len(source.splitlines()) <= 400 or "Long because " in told


@pytest.mark.parametrize("path", sorted(HELPERS.rglob("__init__.py")), ids=module)
def test_a_package_says_what_lives_in_it(path):
    """Who opens a folder reads there what belongs into it."""
    assert ast.get_docstring(ast.parse(path.read_text()))
