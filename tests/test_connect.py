"""Practice or live, and with which credentials; who we are, and what can be seen from there."""

import pytest

from helpers.connect import connect_live, wants_live
from helpers.errors import (
    CredentialsMalformed,
    CredentialsMissing,
    CredentialsRefused,
    NoNetwork,
    TestCredentials,
    WrongRegion,
)
from helpers.reach import find_reach
from helpers.simulator import Fault

SID, TOKEN = "AC" + "0" * 32, "1" * 32
KEY = "SK" + "2" * 32


def test_practice_unless_told_otherwise():
    """Only a clear yes opens the desk live; credentials in the environment are not one."""
    assert not wants_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN})
    assert not wants_live({"TWILIO_DESK": "true"})
    assert wants_live({"TWILIO_DESK": " LIVE "})
    assert wants_live({}, live=True)
    assert not wants_live({"TWILIO_DESK": "live"}, live=False)


def test_credentials_come_from_the_environment_first(tmp_path):
    """What is set for this process wins over what lies in a file."""
    (tmp_path / ".env").write_text(f"TWILIO_ACCOUNT_SID={SID}\nTWILIO_AUTH_TOKEN={'f' * 32}\n")
    connection = connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}, folders=(tmp_path,))

    assert (connection.live, connection.username, connection.secret) == (True, SID, TOKEN)


def test_then_from_a_file_beside_the_readme(tmp_path):
    """Quotes and comments are as in any such file."""
    (tmp_path / ".env").write_text(f'# Acme\nTWILIO_ACCOUNT_SID="{SID}"\nexport TWILIO_AUTH_TOKEN={TOKEN}\n')
    connection = connect_live({}, folders=(tmp_path / "nowhere", tmp_path))

    assert (connection.username, connection.secret) == (SID, TOKEN)


def test_then_they_are_typed_in():
    """Each is asked for without being shown; nothing is stored."""
    answers = {"Twilio account SID (AC...): ": f" {SID} ", "Auth token, or API key SID (SK...): ": TOKEN}
    connection = connect_live({}, ask=answers.__getitem__)

    assert (connection.username, connection.secret) == (SID, TOKEN)


def test_an_api_key_is_used_with_its_account():
    """The key signs in, the account says whose numbers."""
    connection = connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "hush"})

    assert (connection.username, connection.account_sid) == (KEY, SID)


@pytest.mark.parametrize(
    ("environment", "problem", "sentence"),
    [
        ({}, CredentialsMissing, "There are no Twilio credentials"),
        ({"TWILIO_ACCOUNT_SID": "AC123", "TWILIO_AUTH_TOKEN": TOKEN}, CredentialsMalformed, "not an account SID"),
        ({"TWILIO_ACCOUNT_SID": KEY, "TWILIO_AUTH_TOKEN": TOKEN}, CredentialsMalformed, "not an account SID"),
        ({"TWILIO_ACCOUNT_SID": SID}, CredentialsMalformed, "TWILIO_AUTH_TOKEN is missing"),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "s3cret-s3cret"}, CredentialsMalformed, "not an auth token"),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY}, CredentialsMalformed, "TWILIO_API_SECRET must be set"),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_REGION": "ie1"}, WrongRegion, "'ie1'"),
    ],
)
def test_credentials_that_cannot_be_right_are_sent_to_nobody(environment, problem, sentence):
    """Each mistake has its own sentence, and none of them repeats a secret."""
    with pytest.raises(problem, match=sentence) as said:
        connect_live(environment)

    assert "s3cret" not in str(said.value)


def test_a_secret_is_in_no_repr():
    """A connection can be shown."""
    connection = connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN})

    assert TOKEN not in repr(connection)


@pytest.mark.parametrize(
    ("who", "subaccounts", "whole", "sentence"),
    [
        ("main_token", True, True, "Main account, by auth token."),
        ("main_key", False, False, "An API key of the main account cannot see its subaccounts' numbers"),
        ("standard_key", False, False, "a standard API key: it cannot list accounts (Twilio error 20003)"),
        ("subaccount", False, False, "the credentials of one subaccount, Acme Support"),
        ("subaccount_key", False, False, "the credentials of one subaccount, Acme Support"),
    ],
)
def test_each_kind_of_credentials_says_what_it_can_see(connect, who, subaccounts, whole, sentence):
    """What is out of reach is said in a sentence, not shown as an empty list."""
    reach, _ = find_reach(connect(who))

    assert (reach.subaccounts, reach.whole_company) == (subaccounts, whole)
    assert sentence in " ".join(reach.because)


def test_test_credentials_are_recognised(connect):
    """They work for trying purchases, not for looking."""
    with pytest.raises(TestCredentials, match="test credentials"):
        find_reach(connect("test"))


def test_wrong_credentials_are_told_from_a_broken_network(connect, practice):
    """A 401 is about the credentials, silence is about the network; each says what to do now."""
    practice.order(Fault.UNAUTHORIZED)
    with pytest.raises(CredentialsRefused, match="mistyped, revoked, replaced"):
        find_reach(connect())

    practice.order(Fault.REQUEST_LOST, times=9)
    with pytest.raises(NoNetwork, match="Check the network"):
        find_reach(connect())


def test_a_key_of_another_account_is_told_so(connect, practice):
    """The key is right and the account is not its own."""
    gateway = connect("subaccount_key")
    object.__setattr__(gateway.connection, "account_sid", practice.account_sid)

    with pytest.raises(CredentialsRefused):
        find_reach(gateway)


def test_in_a_notebook_a_failure_is_its_sentence(connect, practice):
    """No frames, no variables: what went wrong, what did not, what to do now."""
    from IPython.core.interactiveshell import InteractiveShell

    practice.order(Fault.UNAUTHORIZED)
    shown = []
    shell = InteractiveShell()
    shell._showtraceback = lambda kind, value, lines: shown.append("\n".join(lines))
    shell.user_ns.update(find_reach=find_reach, gateway=connect())
    shell.run_cell("find_reach(gateway)")

    (sentence,) = shown
    assert sentence.startswith("CredentialsRefused: Twilio does not accept this account SID and auth token")
    assert "File" not in sentence


def test_a_notebook_that_runs_with_nobody_in_front_is_told_what_is_missing(home, monkeypatch, tmp_path):
    """Where nobody can type a password there are no credentials, and that is said."""
    from helpers import opening

    def nobody(prompt):
        raise NotImplementedError

    monkeypatch.setattr(opening.getpass, "getpass", nobody)
    monkeypatch.chdir(tmp_path)
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CredentialsMissing):
        opening.open_desk(live=True)
