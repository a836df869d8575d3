"""Passwords and keys in web addresses: with the record, to put it back, and nowhere that anybody looks."""

import json
import zipfile

import pytest

from helpers.actions.settings import for_reading, summary
from helpers.core.redact import without_secrets
from helpers.tables.exports import FORMS
from tests.support.golden import as_read
from tests.support.panel_tools import QUIET, everything_in, named, release_it

ADDRESS = "https://ann:hunter2@acme.example/ivr?lang=de&token=hunter3"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://acme.example/ivr?lang=de&to=a@b", "https://acme.example/ivr?lang=de&to=a@b"),
        ("https://ann:hunter2@acme.example/ivr", "https://acme.example/ivr"),
        ("https://ann@acme.example", "https://acme.example"),
        ("https://acme.example/?TOKEN=hunter2", "https://acme.example/?TOKEN=…"),
        ("https://acme.example/?access_token=hunter2&x=1", "https://acme.example/?access_token=…&x=1"),
        ("https://acme.example/?x=1&apiKey=hunter2#top", "https://acme.example/?x=1&apiKey=…#top"),
        ("https://acme.example/?x-api-key=hunter2", "https://acme.example/?x-api-key=…"),
        ("https://acme.example/?clientSecret=hunter2;x=1", "https://acme.example/?clientSecret=…;x=1"),
        ("https://acme.example/?password=hunter2", "https://acme.example/?password=…"),
        ("https://acme.example/?pwd=hunter2", "https://acme.example/?pwd=…"),
        ("https://acme.example/?pw=hunter2&pwned=1", "https://acme.example/?pw=…&pwned=1"),
        ("https://acme.example/?user_pw=hunter2", "https://acme.example/?user_pw=…"),
        ("https://acme.example/?sessionid=hunter2", "https://acme.example/?sessionid=…"),
        ("https://acme.example/?PHPSESSID=hunter2&x=1", "https://acme.example/?PHPSESSID=…&x=1"),
        ("https://acme.example/ivr#access=hunter2", "https://acme.example/ivr#access=…"),
        ("https://acme.example/?access_id=hunter2", "https://acme.example/?access_id=…"),
        ("https://acme.example/?accessory=lamp&pint=1", "https://acme.example/?accessory=lamp&pint=1"),
        ("https://acme.example/?pin=1234", "https://acme.example/?pin=…"),
        ("https://acme.example/?auth=hunter2", "https://acme.example/?auth=…"),
        ("https://acme.example/?sig=hunter2", "https://acme.example/?sig=…"),
        ("https://acme.example/?X-Amz-Signature=hunter2", "https://acme.example/?X-Amz-Signature=…"),
        (
            "https://acme.azurewebsites.example/api/ivr?code=hunter2==",
            "https://acme.azurewebsites.example/api/ivr?code=…",
        ),
        (
            "https://acme.example/?next=https://b.example/?key=hunter2",
            "https://acme.example/?next=https://b.example/?key=…",
        ),
        (
            "https://acme.example/?design=blue&author=ann&keyword=a",
            "https://acme.example/?design=blue&author=ann&keyword=a",
        ),
        ("Calls go to https://acme.example/?key=hunter2. Then?", "Calls go to https://acme.example/?key=…. Then?"),
        ("token=hunter2 is said in no address", "token=hunter2 is said in no address"),
        ("", ""),
    ],
)
def test_what_signs_in_is_taken_out_and_the_rest_stays(written, shown):
    """By the name of the parameter; an address can still be told from another."""
    assert without_secrets(written) == shown


@pytest.mark.parametrize(
    "name",
    [
        *("userpw", "dbpw", "pw2", "pass1", "passcode", "authcode", "accesscode", "apikey2", "key2", "accesskey1"),
        *("apiKeyId", "sess", "creds", "mypin", "%70w", "login[pw]", "login%5Bpw%5D", "user-pass1"),
    ],
)
@pytest.mark.parametrize("sign", ["?", "?a=b&", "#", "#!", ";"])
def test_a_relative_of_a_secrets_name_is_a_secrets_name(name, sign):
    """A word before it, a number after it, or percent signs in it change nothing."""
    assert without_secrets(f"https://acme.example/ivr{sign}{name}=hunter2") == f"https://acme.example/ivr{sign}{name}=…"


@pytest.mark.parametrize("name", ["credit", "assessment", "lang", "pinned", "encoder", "passage", "keyword2", "s", "%"])
def test_an_ordinary_word_keeps_its_value(name):
    """Addresses have to be told from each other."""
    assert without_secrets(f"https://acme.example/ivr?{name}=1") == f"https://acme.example/ivr?{name}=1"


@pytest.mark.parametrize(
    "query",
    ["ticket=42", "ticket=OPS-4711", "a=b&ticket=INC0012345#top", "ticket_id=42", "Ticket-No=42", "issueKey=OPS2-1"],
)
def test_the_number_of_a_ticket_is_no_secret(query):
    """People find the ticket by it, years later."""
    assert (
        without_secrets(f"See https://tracker.example/browse?{query}.")
        == f"See https://tracker.example/browse?{query}."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("ticket", "ST-1856339-aA5Yuvrxzpv8Tau1cYQ7"), ("ticket", "hunter2"), ("ticket", "14000000032a8f7c0011")),
        *(("ticket_token", "42"), ("ticket_secret", "OPS-1"), ("ticketpw", "42"), ("pin", "4711"), ("key", "OPS-4711")),
        *(("token", "42"), ("sig", "OPS-4711"), ("code", "42"), ("ticket", "42%20hunter2"), ("issue_code", "42")),
    ],
)
def test_what_signs_in_is_one_whatever_it_looks_like(name, value):
    """A ticket of a sign-on is long and random, and a short secret has another name."""
    assert without_secrets(f"https://acme.example/?{name}={value}&x=1") == f"https://acme.example/?{name}=…&x=1"


@pytest.fixture
def wired(desk):
    """A quiet number that is answered at an address with a password and a token."""
    number = named(desk, QUIET)
    form = {"VoiceUrl": ADDRESS, "StatusCallback": ADDRESS}
    changed = desk.session.gateway.update_number(number.account_sid, number.sid, form)
    desk.inventory(again=True)
    return changed


def test_no_table_and_no_file_shows_what_signs_in(desk, wired, tmp_path):
    """The inventory, the evidence, and whatever is exported of either."""
    numbers, evidence = desk.numbers(), desk.evidence()
    for form, (ending, write) in FORMS.items():
        write(evidence, tmp_path / f"{form}{ending}", "")
    with zipfile.ZipFile(tmp_path / "Excel.xlsx") as book:
        book.extractall(tmp_path)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert set(numbers.query("sid == @wired.sid")["voice_url"]) == {"https://acme.example/ivr?lang=de&token=…"}
    assert numbers.query("sid == @wired.sid")["status_callback"].notna().all()
    for shown in (numbers.to_csv(), evidence.to_csv(), written.decode("latin-1"), json.dumps(for_reading(wired))):
        assert "acme.example" in shown
        assert "hunter" not in shown


def test_taking_it_back_shows_it_nowhere_and_puts_all_of_it_back(desk, wired, loud, snapshot):
    """The journal keeps the whole address, because putting back needs it; its story and the panels do not show it."""
    release_it(desk, QUIET)
    panel = desk.restore_panel()
    panel.entry.value = panel.entry.options[1][1]
    panel.typed.value = wired.phone_number
    panel.confirm.click()
    (entry,) = desk.entries()
    shown = "".join([*everything_in(panel), desk.story().to_csv(), desk.journal().to_csv()])

    assert named(desk, QUIET).get("voice_url") == ADDRESS
    assert entry.number.get("voice_url") == ADDRESS
    assert as_read(panel.said) == snapshot
    assert "hunter" not in shown


def test_what_differs_afterwards_is_told_without_it(snapshot):
    """Somebody pointed it elsewhere: what it was is named, and what signed in there is not."""
    assert "hunter" not in summary({"voice_url": (ADDRESS, None)})
    assert as_read(summary({"voice_url": (ADDRESS, None)})) == snapshot
