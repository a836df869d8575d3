"""What is handed on between the files of the kit has a type, all the way from the button to the DELETE."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: The practice Twilio is a program of its own; what a library calls has the library's signature.
LIBRARIES = {("scrub.py", "scrub"), ("scrub.py", "scrub_ours")}
LIBRARIES |= {("transport.py", "init_poolmanager"), ("transport.py", "proxy_manager_for")}
SOURCES = [path for path in (ROOT / "helpers").rglob("*.py") if "simulator" not in path.parts]

#: What stands in one file of the kit, and how a hand slips there: each lies on the way to a request, or to the journal.
SLIPS = [
    ("grounds=grounds, account_typed=account\n            )", "account_typed", "acount_typed"),
    ("sentence=sentence,\n                plan", "sentence", "sentense"),
    ("one_time_id=secrets.token_hex", "one_time_id", "onetime_id"),
    ("second=self._approvals.read(plan, path)", "second", "secund"),
    ("look = asyncio.to_thread(self._take_evidence, self.days, progress", "progress", "progres"),
    ("(entry, State.INTENDED, at=", "State.INTENDED", '"intnded"'),
    ("return None, NoEntry.NOT_BEGUN if isinstance", "NoEntry.NOT_BEGUN", '"nott begun"'),
    ("entry.state if entry else NoEntry.NOT_BEGUN", "NoEntry.NOT_BEGUN", '"unknwn"'),
    ("act: PlanAct = PlanAct.RELEASE,\n        why", "PlanAct.RELEASE", '"relase"'),
    ("NoEntry.SET_ASIDE, _why(item), None)", "NoEntry.SET_ASIDE", '"set asid"'),
]
#: Half of mypy's time goes into libraries that no slip is about.
_QUICKLY = """
[[tool.mypy.overrides]]
module = ["sqlalchemy.*", "pandas.*", "numpy.*"]
follow_imports = "skip"
"""


def names_in(annotation):
    return {getattr(node, "id", getattr(node, "attr", None)) for node in ast.walk(annotation)} - {None}


def is_of_anything(node):
    if not isinstance(node, ast.Subscript) or names_in(node.value) != {"Callable"}:
        return False
    given = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
    return isinstance(given, ast.Constant) and given.value is ...


def is_by_any_name(path, node):
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.args.kwarg is None:
        return False
    return (path.name, node.name) not in LIBRARIES and names_in(node.args.kwarg.annotation) & {"Any", "object"}


def bundles(tree):
    """Name the variables and functions that are, or return, a dictionary of anything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and {"dict", "Any"} <= names_in(node.annotation):
            yield ast.unparse(node.target)
        if isinstance(node, ast.FunctionDef) and node.returns and {"dict", "Any"} <= names_in(node.returns):
            yield node.name


def spread(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = (each.value for each in node.keywords if each.arg is None)
            yield from (each.func if isinstance(each, ast.Call) else each for each in given)


def untyped(path):
    """Name the lines of a file at which anything at all could be handed on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unseen = [node for node in ast.walk(tree) if is_of_anything(node) or is_by_any_name(path, node)]
    unseen += [node for node in spread(tree) if names_in(node) & set(bundles(tree))]
    return [node.lineno for node in unseen]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "helpers")))
def test_nothing_is_handed_on_unseen(path):
    """No function of anything, no arguments by any name, no dictionary of anything spread into a call."""
    assert untyped(path) == []


def test_states_are_compared_with_states():
    """A text that is no state would be unequal to all of them, and nobody would notice."""
    compared = [
        f"{path.name}, line {node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and any(
            isinstance(side, ast.Attribute) and side.attr in {"state", "act"} for side in (node.left, *node.comparators)
        )
        and any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))
    ]

    assert compared == []


@pytest.fixture(scope="module")
def slipped(tmp_path_factory):
    """What mypy says of a kit in which a hand has slipped at each of these places."""
    folder = tmp_path_factory.mktemp("slipped")
    shutil.copytree(ROOT / "helpers", folder / "helpers", ignore=shutil.ignore_patterns("simulator", "__pycache__"))
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(settings + _QUICKLY, encoding="utf-8")
    for place, right, wrong in SLIPS:
        (source,) = [path for path in (folder / "helpers").rglob("*.py") if place in path.read_text(encoding="utf-8")]
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace(place, place.replace(right, wrong, 1)), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--pretty", "--cache-dir", str(folder / "cache")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=110).stdout


@pytest.mark.parametrize("slip", [wrong for *_, wrong in SLIPS])
def test_a_slip_of_the_hand_is_found(slipped, slip):
    """Before anything runs: none of them was, once."""
    assert slip.strip('"') in slipped


def test_nothing_but_the_slips_is_found(slipped):
    """Each is one error, so what finds them is not a kit that is broken elsewhere."""
    assert slipped.count(": error: ") == len(SLIPS)
