"""Who we are to Twilio, and what can be seen from there; what could not be asked for is not taken for a no."""

from dataclasses import replace

import pytest

from helpers.core.errors import CannotConnect, CredentialsRefused, NoNetwork, TestCredentials, WrongRegion
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.visibility import find_reach
from helpers.simulator import Fault
from helpers.simulator.resources.access import token_of
from tests.support.golden import as_read
from tests.support.in_between import LOGIN
from tests.support.panel_tools import desk_at


def live(gateway):
    """Let a gateway take the practice Twilio for the real one."""
    object.__setattr__(gateway.connection, "live", True)
    return gateway


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


def test_a_practice_desk_that_is_turned_away_is_not_sent_to_twilios_console(simulator, journal, clock, snapshot):
    """Its world was reset: there are no credentials to copy, and the first cell opens a desk on the new world."""
    desk = desk_at(simulator, journal, clock)
    SimulatorClient(simulator.url, simulator.control_token).reset()
    with pytest.raises(CredentialsRefused) as said:
        desk.inventory(again=True)
    desk.session.gateway.transport.close()

    assert as_read(str(said.value)) == snapshot
    assert "Console" not in str(said.value)


def test_test_credentials_are_recognised(connect):
    """They work for trying purchases, not for looking."""
    with pytest.raises(TestCredentials, match="test credentials"):
        find_reach(connect("test"))


def test_wrong_credentials_are_told_from_a_broken_network(connect, simulator, snapshot):
    """A 401 is about the credentials, silence is about the network; each says what to do now."""
    simulator.order(Fault.UNAUTHORIZED)
    with pytest.raises(CredentialsRefused) as refused:
        find_reach(live(connect()))
    assert as_read(str(refused.value)) == snapshot

    simulator.order(Fault.REQUEST_LOST, times=9)
    with pytest.raises(NoNetwork) as refused:
        find_reach(connect())
    assert as_read(str(refused.value)) == snapshot


#: What passes, or is nobody's no: it proves nothing about what these credentials may see.
HICCUPS = [
    (503, {"code": 20503, "message": "Service is unavailable", "status": 503}),
    (500, LOGIN),
    (429, {"code": 20429, "message": "Too Many Requests", "status": 429}),
    (200, {"accounts": None}),
    (200, LOGIN),
    (302, LOGIN),
    (401, LOGIN),
    (403, LOGIN),
    (404, LOGIN),
]


@pytest.mark.parametrize(("status", "body"), HICCUPS)
def test_a_hiccup_while_opening_is_not_a_company_without_subaccounts(connect, between, status, body, snapshot):
    """The list of accounts could not be read: nothing is opened, rather than the main account alone."""
    between.answers("/Accounts.json", status, body)

    with pytest.raises(CannotConnect) as refused:
        find_reach(connect(url=between.url))
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ANSWER_CUT, Fault.SILENT_BEFORE])
def test_silence_while_opening_is_not_a_company_without_subaccounts(connect, simulator, fault):
    """The same for a lost connection."""
    simulator.order(fault, path="/Accounts.json", times=99, seconds=1)

    with pytest.raises(NoNetwork):
        find_reach(connect(timeouts=(1.0, 0.2)))


@pytest.mark.parametrize(("status", "body"), HICCUPS)
def test_a_hiccup_is_not_a_key_that_sees_no_subaccount(connect, between, status, body):
    """Whether the main account's key reaches its subaccounts could not be tried: nothing is opened."""
    between.answers("/IncomingPhoneNumbers.json", status, body)

    with pytest.raises(CannotConnect):
        find_reach(connect("main_key", url=between.url))


def test_what_twilio_itself_refuses_is_out_of_reach(connect, between, snapshot):
    """A definite no to the list of accounts opens the desk on the account alone, and says so."""
    between.answers("/Accounts.json", 403, {"code": 20403, "message": "Forbidden", "status": 403})
    reach, accounts = find_reach(connect(url=between.url))

    assert (reach.subaccounts, reach.whole_company, len(accounts)) == (False, False, 1)
    assert as_read(reach.because[0]) == snapshot


def test_subaccounts_that_could_not_be_counted_are_not_said_to_be_none(between, simulator, journal, clock, snapshot):
    """The banner counts what was listed, and else leaves it to the sentence."""
    desk = desk_at(simulator, journal, clock)
    assert as_read(desk._repr_html_()) == snapshot

    between.answers("/Accounts.json", 403, {"code": 20403, "message": "Forbidden", "status": 403})
    alone = desk_at(simulator, journal, clock, url=between.url)
    assert "with 0 subaccounts" not in alone._repr_html_()
    assert as_read(alone._repr_html_()) == snapshot
    for one in (desk, alone):
        one.session.gateway.transport.close()


@pytest.mark.parametrize(
    ("status", "code", "problem", "sentence"),
    [
        (403, 20008, TestCredentials, "test credentials"),
        (401, 20008, TestCredentials, "test credentials"),
        (403, 20005, CredentialsRefused, "this account is not active .error 20005.: it is suspended or closed"),
        (401, 20005, CredentialsRefused, "this account is not active"),
        (403, 20403, CredentialsRefused, "does not allow a look at the account: HTTP 403, Twilio error 20403: No"),
        (400, 22402, WrongRegion, "only through its region US1"),
        (404, 20404, CredentialsRefused, "not for this account SID"),
        (503, 20503, CannotConnect, "Run the notebook again in a while"),
    ],
)
def test_each_refusal_while_opening_says_what_is_so(connect, between, status, code, problem, sentence):
    """By Twilio's own code: test credentials, a suspended account, another region, a missing permission."""
    between.answers("/Accounts/", status, {"code": code, "message": "No", "status": status})

    with pytest.raises(problem, match=sentence) as said:
        find_reach(live(connect(url=between.url)))
    assert said.type is problem


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (20003, "Authenticate"),
        (20003, "Authentication Error - invalid username"),
        (20003, "Authentication Error - No credentials provided"),
        (20003, ""),
        (20003, "Authentication Error - policy evaluation failed"),
        (20003, "Authentication: Primary compliance profile is not approved"),
        (20003, "Authentication Required: your account requires two factor"),
        (20003, "Policy evaluation failed"),
        (20003, "Primary compliance profile is not approved"),
        (20003, "No"),
        (70051, "Authorization Error: required permission twilio/iam/accounts/read is missing"),
        (70052, "All other types of authentication are disabled for the account"),
        (20107, "Invalid Access Token signature"),
        (8021, "Permission denied"),
    ],
)
def test_only_wrong_credentials_are_called_wrong(connect, between, code, words, snapshot):
    """Every other 401 is told by its code and in Twilio's words; a missing permission is no wrong password."""
    between.answers("", 401, {"code": code, "message": words, "status": 401})

    with pytest.raises(CredentialsRefused) as refused:
        find_reach(live(connect(url=between.url)))
    assert str(refused.value) == snapshot


@pytest.mark.parametrize(("code", "words"), [(20003, "Policy evaluation failed"), (20403, "Account suspended")])
def test_what_twilio_does_not_allow_is_told_in_its_words(connect, between, code, words):
    """A 403 to credentials that Twilio knows says why in Twilio's message; the operator reads that message."""
    between.answers("", 403, {"code": code, "message": words, "status": 403})

    with pytest.raises(CredentialsRefused, match=words):
        find_reach(live(connect(url=between.url)))


@pytest.mark.parametrize(("status", "body"), [(403, LOGIN), (200, LOGIN), (302, LOGIN), (404, LOGIN), (401, LOGIN)])
def test_a_page_in_between_is_not_twilio(connect, between, status, body, snapshot):
    """A proxy's block page, or a login page, says nothing about the credentials."""
    between.answers("/Accounts/", status, body)

    with pytest.raises(NoNetwork) as refused:
        find_reach(connect(url=between.url))
    assert as_read(str(refused.value)) == snapshot


def test_a_suspended_accounts_own_token_is_told_so(connect, simulator, snapshot):
    """It is right, and opens nothing; the main account's would."""
    suspended = next(a for a in simulator.world.accounts.values() if a.status == "suspended")
    gateway, token = connect(), token_of(simulator.world, suspended.sid)
    own = replace(gateway.connection, username=suspended.sid, secret=token, account_sid=suspended.sid)

    with pytest.raises(CredentialsRefused) as refused:
        find_reach(Gateway(own, gateway.transport))
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, 20003, "Authenticate"),
        (401, 20003, "Policy evaluation failed"),
        (403, 20403, "No"),
        (401, 70051, "No"),
    ],
)
def test_a_key_that_may_not_see_accounts_is_tried_on_its_own_numbers(
    connect, between, simulator, status, code, words, snapshot
):
    """A standard key gets 401 and a restricted one 403; either may read the numbers of its account."""
    between.answers(
        f"/Accounts/{simulator.account_sid}.json", status, {"code": code, "message": words, "status": status}
    )
    reach, _ = find_reach(connect("main_key", url=between.url))

    assert (reach.subaccounts, reach.whole_company) == (False, False)
    assert as_read(reach.because[0]) == snapshot


def test_a_key_of_another_account_is_told_so(connect, simulator):
    """The key is right and the account is not its own."""
    gateway = connect("subaccount_key")
    object.__setattr__(gateway.connection, "account_sid", simulator.account_sid)

    with pytest.raises(CredentialsRefused):
        find_reach(gateway)


def test_in_a_notebook_a_failure_is_its_sentence(connect, simulator, capsys, snapshot):
    """No frames, no variables: what went wrong, what did not, what to do now."""
    from IPython.core.interactiveshell import InteractiveShell

    simulator.order(Fault.UNAUTHORIZED)
    shell = InteractiveShell()
    shell.user_ns.update(find_reach=find_reach, gateway=live(connect()))
    shell.run_cell("find_reach(gateway)")

    shown = capsys.readouterr().out.strip()
    assert as_read(shown) == snapshot
    assert "File" not in shown
