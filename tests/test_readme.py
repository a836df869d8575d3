"""The README does not lie: what it names exists, and what it shows runs."""

import ast
import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from helpers.core.permissions import LOOK, RELEASE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SECURITY = (ROOT / "SECURITY.md").read_text()


@cache
def named_tests():
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def numbered(text, heading, end):
    """The items of the numbered list below a heading, by their numbers."""
    section = text.split(heading)[1].split(end)[0]
    items = re.split(r"\n(\d+)\. ", section)[1:]
    return dict(zip(items[::2], items[1::2], strict=True))


PRECAUTIONS = numbered(README, "## What stands between you and a lost number", "\n## ")
TESTS = numbered(SECURITY, "**The README's promises, and the tests that keep them.**", "\n**")


@pytest.mark.parametrize("number", PRECAUTIONS, ids=lambda number: PRECAUTIONS[number][:40])
def test_each_precaution_has_named_tests(number):
    """A precaution without a test is a hope."""
    named = re.findall(r"`(test_\w+)`", TESTS[number])

    assert named != []
    assert set(named) <= named_tests()


def test_every_test_that_is_named_exists():
    """Also outside the list of precautions."""
    assert set(re.findall(r"`(test_\w+)`", README + SECURITY)) <= named_tests()


def test_the_notebooks_it_lists_are_the_notebooks_there_are():
    """None is left out and none is made up."""
    listed = set(re.findall(r"^\| `(\d\d_\w+\.ipynb)`", README, flags=re.MULTILINE))

    assert listed == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}


def test_its_glossary_is_short():
    """At most fifteen words, each explained once: more are not read."""
    section = README.split("## The words on its screens")[1].split("\n## ")[0]
    words = re.findall(r"\*\*(.+?)\*\* \| \w", section)

    assert 10 < len(words) == len(set(words)) <= 15


def test_its_pictures_exist():
    """A picture that is not there is a broken promise on the first screen."""
    pictures = re.findall(r'(?:src|srcset)="([^"]+)"', README)

    assert [Path(picture).stem for picture in pictures] == ["release-dark", "release"]
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def blocks(language):
    """Find the code blocks of a language; every other fence closes one."""
    fenced = README.split("\n```")[1::2]
    return [block.partition("\n")[2] for block in fenced if block.partition("\n")[0] == language]


def test_its_commands_are_modules_that_exist():
    """Each line of a shell block starts a module of ours, with options that it knows."""
    lines = [line.split("#")[0] for block in blocks("") for line in block.splitlines()]

    assert len(lines) >= 4
    for line in lines:
        python, dash_m, module, *options = shlex.split(line)
        assert (python, dash_m) in {("python3", "-m"), (".venv/bin/python", "-m")}
        home = ROOT / module.replace(".", "/")
        assert (home / "__main__.py").is_file(), module
        for option in options:
            if option.startswith("--"):
                said = "".join(path.read_text() for path in [home / "__main__.py", *home.glob("*.py")])
                assert option in said, f"{module} does not know {option}"


def test_its_python_runs(simulator, controls):
    """The rehearsal that it shows can be played as it is written."""

    class Desk:
        practice = controls

    (rehearsal,) = blocks("python")
    before = simulator.now()
    exec(rehearsal, {"desk": Desk()})  # our own README

    assert (simulator.now() - before).days == 0
    assert simulator.world.rebuy == "works"


def test_the_files_that_contributing_names_exist():
    """Who carries this on is led to rooms that there are."""
    told = (ROOT / "CONTRIBUTING.md").read_text()
    named = re.findall(
        r"`((?:core|gateway|journal|evidence|decisions|actions|plans|tables|panels|simulator)/[\w/.]*)`", told
    )
    tests = re.findall(r"`?(tests/[\w/]+\.py)`?", told)

    assert named != []
    assert [name for name in named if not (ROOT / "helpers" / name).exists()] == []
    assert [name for name in tests if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", sorted({*LOOK, *RELEASE}))
def test_it_names_each_permission_of_the_two_keys(name):
    """Whoever makes a key to look, or one to release, finds them all there."""
    assert f"`{name.removeprefix('/twilio/')}`" in README
