"""Every screen, file and notebook speaks as its readers do: no phrase that was given up, no name out of the code."""

import ast
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import ipywidgets
import pytest

from helpers.core.records import Verdict
from helpers.evidence.changes import ChangeKind
from helpers.journal.states import LABELS, MEANING, State
from helpers.panels.plan.criteria import ACCOUNT
from helpers.panels.shared.grid import Grid
from helpers.plans.batch import NoEntry
from helpers.plans.report import name_state
from helpers.simulator import Fault
from tests.support.grid_tools import rows_of, say
from tests.support.on_screen import shown
from tests.support.panel_tools import ALSO_QUIET, QUIET, choose, named, release_it
from tests.support.plan_panel_tools import check_and_type, from_list, make
from tests.support.restore_panel_tools import choose_first

ROOT = Path(__file__).parent.parent.parent
#: What was given up, and what is said instead.
RETIRED = {
    # In code, in a column's value and in a key it stays.
    r"(?<![=\"\[])\bquiet\b(?![\".\[]| =)": "Not used, with the days beside it",
    r"\btyp(e|es|ed|ing) (it|them|the( whole)? number) back\b": "type it again to confirm",
    r"\btyped back\b": "typed again",
    r"\bmoney a month\b": "Monthly cost by account",
    r"\bnobody has looked yet\b": "Nobody has checked yet which numbers are used",
    r"\bnothing (of that )?comes back\b": "Paid until …  (no refund)",
    r"\bsilence proves\b": "its use cannot be known",
    r"\bunacknowledged\b": "Released, answer lost",
    r"\bput (it|them) back\b": "Add to the plan",
    r"\bleave it out\b": "Leave out",
    r"\b(un)?settle[sd]?\b": "check and close",
    r"\bno (reason to )?hurry\b": "The first ones are billed soonest",
    r"\d requests?, \S+ s\b": "under Details",
    r"\bnot begun\b": "Not started",
    r"\bsleeps\b": "why it is off",
    r"\bfind out which are\b": "Check now",
    r"(?<![\"\[])\bwired\b(?! is false)": "connected",
}
#: Values of the code that stand for something, and their names; "unknown" is a word for what nobody knows, too.
CODES = {
    *(state.replace("_", " ") for state in State),
    *(value for kind in (State, NoEntry, Verdict) for each in kind for value in (each.value, each.name)),
} - {"unknown"}
#: Those that are nobody's label, however they are written: "Kept", and "released_unacknowledged" amid other words.
NEVER = {code.casefold() for code in CODES} - {name_state(each).casefold() for each in (*State, *NoEntry)}
NEVER -= {"in use", "unknown"}
JOINED = re.compile(rf"\b({'|'.join(code for code in sorted(NEVER) if '_' in code)})\b")


def given_up(texts):
    """List what was given up and is said all the same, each with the text around it."""
    found = ((text, instead) for text in texts for old, instead in RETIRED.items() if re.search(f"(?i){old}", text))
    return sorted(set(found))


def out_of_the_code(texts):
    """List the texts that are a value of the code, or hold one that is no word: labels that nobody wrote for people."""
    return sorted(
        {text for text in texts if text in CODES or text.casefold() in NEVER or JOINED.search(text.casefold())}
    )


class Texts(HTMLParser):
    """Collects what of some HTML is read or heard: texts, tooltips and names; also what is folded away."""

    def __init__(self, shown):
        super().__init__()
        self.found = []
        self.feed(shown)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in {"title", "aria-label", "placeholder"} and value]

    def handle_data(self, data):
        if data.strip() and self.cdata_elem is None:
            self.found.append(" ".join(data.split()))


def texts_of(panel):
    """List all texts of a panel that an operator can see or hear, those of its tables' rows, too."""
    for widget in shown(panel):
        if isinstance(widget, ipywidgets.HTML):
            yield from Texts(widget.value).found
        elif isinstance(widget, Grid):
            yield from (name for column in widget.columns for name in (column["label"], column["name"]))
            cells = (cell for row in rows_of(widget) for cell in row[2:])
            yield from (text for cell in cells for key, text in cell.items() if key in {"text", "aside", "title"})
        elif isinstance(html := getattr(widget, "html", None), str):
            yield from Texts(html).found
        yield from (str(getattr(widget, name, None) or "") for name in ("description", "placeholder", "tooltip"))
        if isinstance(widget, ipywidgets.Dropdown):
            yield from (option if isinstance(option, str) else option[0] for option in widget.options)


def play_home(desk, simulator):
    panel = desk.home_panel()
    yield panel
    panel.looking.button.click()
    yield panel


def play_inventory(desk, simulator):
    panel = desk.inventory_panel()
    yield panel
    panel.looking.button.click()
    yield panel
    for number in desk.inventory().numbers:
        say(panel.grid, type="open", sid=number.sid)
        yield panel.drawer
    panel.drawer.ways.press("protect")
    panel.filters.more.click()
    panel.exports["CSV"].click()
    yield panel
    panel.drawer.ways.press("note")
    yield panel.drawer


def play_release(desk, simulator):
    panel = desk.release_panel()
    yield panel
    for name in (QUIET, "Pharmacy line", "Voicemail night shift", "Billboard Times Square"):
        found = [number for number in desk.inventory().numbers if number.friendly_name == name]
        if found:
            choose(panel, found[0])
            yield panel
    simulator.order(Fault.BROKEN_BEFORE, method="DELETE")
    number = named(desk, QUIET)
    choose(panel, number)
    panel.typed.value = number.phone_number
    yield panel
    panel.confirm.click()
    yield panel


def play_plan(desk, simulator):
    panel = desk.plan_panel()
    yield panel
    account = named(desk, QUIET).account_sid
    make(panel, ACCOUNT, whole_account=account)
    yield panel
    from_list(panel, f"phone_number\n{named(desk, QUIET).phone_number}\n{named(desk, ALSO_QUIET).phone_number}\n")
    yield panel
    simulator.order(Fault.REFUSED, method="DELETE")
    check_and_type(panel)
    yield panel
    panel.run.confirm.click()
    yield panel


def play_restore(desk, simulator):
    yield desk.restore_panel()
    release_it(desk, QUIET)
    panel = desk.restore_panel()
    choose_first(panel)
    yield panel


def play_journal(desk, simulator):
    yield desk.journal_panel()
    release_it(desk, QUIET)
    simulator.order(Fault.BROKEN_BEFORE, method="DELETE")
    played, number = desk.release_panel(), named(desk, ALSO_QUIET)
    choose(played, number)
    played.typed.value = number.phone_number
    played.confirm.click()
    yield desk.journal_panel()


def play_protection(desk, simulator):
    yield desk.protection_panel()


PLAYED = [play_home, play_inventory, play_release, play_plan, play_restore, play_journal, play_protection]


@pytest.mark.parametrize("play", PLAYED, ids=lambda play: play.__name__.removeprefix("play_"))
def test_no_screen_says_what_was_given_up(desk, simulator, play):
    """Fresh, at work, and afterwards; in tables, lists, tooltips and names for screen readers, too."""
    texts = Texts(desk._repr_html_()).found
    for panel in play(desk, simulator):
        texts += texts_of(panel)

    assert len(texts) > 10
    assert given_up(texts) == []
    assert out_of_the_code(texts) == []


def prose_of_notebooks():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        # What stands in backquotes is the name of a column, or a value in one.
        yield from (
            re.sub(r"`[^`]*`", "", "".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown"
        )


def golden_lines():
    for path in sorted((ROOT / "tests").rglob("*.ambr")):
        yield from (line for line in path.read_text().splitlines() if not line.startswith("# name: "))


def test_no_notebook_and_no_paper_says_what_was_given_up():
    """The notebooks' prose, the README, and what the kit can do with credentials."""
    papers = [re.sub(r"`[^`]*`", "", (ROOT / name).read_text()) for name in ("README.md", "SECURITY.md")]

    assert given_up([*prose_of_notebooks(), *papers]) == []


def sentences_of(path):
    """List the texts of some code that have several words, without what it says of itself."""
    tree = ast.parse(path.read_text())
    told = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    own = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, told)}
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [text for text in texts if " " in text.strip() and text not in own]


def test_no_sentence_of_the_code_says_what_was_given_up():
    """Whether one of these tests comes to its screen or not; values that are kept for programs stay."""
    files = [path for path in (ROOT / "helpers").rglob("*.py") if "simulator" not in path.parts]
    said = [text for path in files for text in sentences_of(path)]

    assert len(said) > 1000
    assert [each for each in given_up(said) if each[0] not in {*NoEntry, *ChangeKind}] == []


def test_nothing_that_is_told_in_a_test_says_what_was_given_up():
    """The golden files hold every refusal, also those that no screen of these tests comes to."""
    assert given_up(golden_lines()) == []


def test_every_state_has_a_name_and_a_meaning_for_people():
    """None of them is the journal's own value, but for those that are words."""
    names = [name_state(state) for state in (*State, *NoEntry)]

    assert set(MEANING) == set(LABELS) == set(State)
    assert given_up([*names, *MEANING.values()]) == []
    assert out_of_the_code(names) == []
    assert len(set(names)) == len(names)


def test_an_old_word_is_found_wherever_it_stands():
    """In a text, a tooltip, a name for screen readers, a button, a field, a list: else nothing would be proven."""
    old = ipywidgets.VBox(
        [
            ipywidgets.HTML('<p title="It is quiet">One</p><b aria-label="typed back">Two</b><i>kept</i>'),
            ipywidgets.Button(description="Look at Twilio and settle it", tooltip="Put it back"),
            ipywidgets.Text(description="Type the number back", placeholder="Nobody has looked yet"),
            ipywidgets.Dropdown(options=[("Not begun", 1), ("released_unacknowledged", 2), ("8 requests, 0.0 s", 3)]),
            ipywidgets.HTML("<b>KEPT</b><b>RELEASED_UNACKNOWLEDGED</b><b>Gone</b><b>Its state: restore_unknown.</b>"),
            ipywidgets.HTML("<p>quiet, and hidden</p>", layout={"display": "none"}),
        ]
    )
    texts = list(texts_of(old))

    assert {text for text, _ in given_up(texts)} == {
        *("It is quiet", "typed back", "Look at Twilio and settle it", "Put it back", "Type the number back"),
        *("Nobody has looked yet", "Not begun", "8 requests, 0.0 s"),
    }
    assert out_of_the_code(texts) == [
        *("Gone", "Its state: restore_unknown.", "KEPT", "Not begun", "RELEASED_UNACKNOWLEDGED"),
        *("kept", "released_unacknowledged"),
    ]
