"""Who may do what at the practice Twilio, on which of its hosts."""

from http.client import HTTPConnection

import pytest
import requests
from requests.auth import HTTPBasicAuth

from helpers.simulator import serve

YES = (200, None)


@pytest.fixture(scope="module")
def simulator():
    """Serve a world to tests that only look."""
    with serve(world="acme", seed="access") as simulator:
        yield simulator


@pytest.fixture
def get(simulator):
    """Ask for an address with the credentials of that kind, and tell status and code."""
    with requests.Session() as session:
        session.trust_env = False

        def get(path, kind="main_token", *, pair=None, host=None, method="GET", form=None):
            user, password = pair or simulator.credentials[kind]
            answer = session.request(
                method,
                f"{simulator.url}{path}",
                auth=HTTPBasicAuth(user, password),
                headers={"Host": host} if host else {},
                data=form,
            )
            return answer.status_code, answer.json().get("code") if answer.content else None

        yield get


def path_of(account_sid, rest=""):
    return f"/2010-04-01/Accounts/{account_sid}{rest}.json"


@pytest.mark.parametrize(
    ("kind", "accounts", "main", "main_numbers", "sub", "sub_numbers"),
    [
        ("main_token", YES, YES, YES, YES, YES),
        ("main_key", YES, YES, YES, (404, 20404), (404, 20404)),
        ("standard_key", (401, 20003), (401, 20003), YES, (401, 20003), (404, 20404)),
        ("subaccount", YES, (401, 20003), (401, 20003), YES, YES),
        ("subaccount_key", YES, (401, 20003), (401, 20003), YES, YES),
        ("test", *((403, 20008),) * 5),
    ],
)
def test_each_kind_of_credentials_reaches_what_it_reaches_at_twilio(
    simulator, get, kind, accounts, main, main_numbers, sub, sub_numbers
):
    """The table of who may do what, row by row."""
    subaccount = simulator.credentials["subaccount"][0]

    assert get("/2010-04-01/Accounts.json", kind) == accounts
    assert get(path_of(simulator.account_sid), kind) == main
    assert get(path_of(simulator.account_sid, "/IncomingPhoneNumbers"), kind) == main_numbers
    assert get(path_of(subaccount), kind) == sub
    assert get(path_of(subaccount, "/IncomingPhoneNumbers"), kind) == sub_numbers
    assert get(path_of(subaccount, "/Calls"), kind) == sub_numbers
    assert get(path_of(subaccount, "/Messages"), kind) == sub_numbers


def test_auth_tokens_are_shown_to_tokens_and_not_to_keys(simulator):
    """The main token sees every account's token, a key empty ones, and a subaccount its own only."""

    def tokens(kind):
        auth = HTTPBasicAuth(*simulator.credentials[kind])
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{simulator.url}/2010-04-01/Accounts.json", auth=auth)
        return {account["sid"]: account["auth_token"] for account in answer.json()["accounts"]}

    main = tokens("main_token")

    assert len(set(main.values())) == len(main) == 9
    assert main[simulator.account_sid] == simulator.auth_token
    assert set(tokens("main_key").values()) == {""}
    assert tokens("subaccount") == dict([simulator.credentials["subaccount"]])


def test_every_token_in_the_list_opens_its_account(simulator, get):
    """A subaccount's own token works there, except where it is suspended or closed."""
    with requests.Session() as session:
        session.trust_env = False
        listed = session.get(
            f"{simulator.url}/2010-04-01/Accounts.json", auth=(simulator.account_sid, simulator.auth_token)
        ).json()["accounts"]
    expected = {"active": YES, "suspended": (403, 20005), "closed": (401, 20003)}
    for account in listed:
        sid = account["sid"]
        seen = get(path_of(sid, "/IncomingPhoneNumbers"), pair=(sid, account["auth_token"]))
        assert seen == expected[account["status"]]


def test_wrong_credentials_are_told_nothing(simulator, get):
    """A wrong password, an unknown user, a token of another world: 401, whatever the address."""
    wrong = [
        (simulator.account_sid, "wrong"),
        ("AC" + "0" * 32, simulator.auth_token),
        ("SK1", "x"),
        ("", ""),
        ("ü", "ü"),
    ]

    for pair in wrong:
        assert get("/2010-04-01/Accounts.json", pair=pair) == (401, 20003)
        assert get("/nowhere", pair=pair) == (401, 20003)


@pytest.mark.parametrize("header", [None, "Bearer x", "Basic", "Basic !!!", "Basic bm9jb2xvbg=="])
def test_a_request_without_readable_credentials_is_refused(simulator, header):
    """No header, another scheme, not base64, no colon: each is 401."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"{simulator.url}/2010-04-01/Accounts.json", headers={"Authorization": header} if header else {}
        )

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_an_error_is_told_as_twilio_tells_it(simulator):
    """Four fields, and the headers that every answer has, dated by the world's clock."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"{simulator.url}{path_of(simulator.account_sid, '/Nothing')}",
            auth=(simulator.account_sid, simulator.auth_token),
        )

    assert sorted(answer.json()) == ["code", "message", "more_info", "status"]
    assert answer.json()["more_info"] == "https://www.twilio.com/docs/errors/20404"
    assert answer.headers["Twilio-Request-Id"].startswith("RQ")
    assert len(answer.headers["Twilio-Request-Id"]) == 34
    assert answer.headers["Twilio-Concurrent-Requests"] == "1"
    assert float(answer.headers["Twilio-Request-Duration"]) >= 0
    assert answer.headers["Date"].endswith(" GMT")


def test_what_exists_but_cannot_be_done_is_not_allowed(simulator, get):
    """Deleting a list or an account, and changing what there is only to look at, is 405."""
    assert get(path_of(simulator.account_sid, "/IncomingPhoneNumbers"), method="DELETE") == (405, 20004)
    assert get(path_of(simulator.account_sid), method="DELETE") == (405, 20004)
    assert get(path_of(simulator.account_sid, "/Applications"), method="POST", form={"FriendlyName": "x"}) == (
        405,
        20004,
    )


@pytest.mark.parametrize("account_sid", ["AC" + "0" * 32, "AC", "x"])
def test_an_unknown_account_is_not_found(get, account_sid):
    """Whatever is asked of it."""
    assert get(path_of(account_sid)) == (404, 20404)
    assert get(path_of(account_sid, "/IncomingPhoneNumbers")) == (404, 20404)
    assert get(path_of(account_sid, "/IncomingPhoneNumbers/PN" + "0" * 32)) == (404, 20404)


@pytest.mark.parametrize(
    ("host", "numbers", "prices"),
    [
        ("api.twilio.com", YES, (404, 20404)),
        ("api.twilio.com:443", YES, (404, 20404)),
        ("api.us1.twilio.com", YES, (404, 20404)),
        ("api.dublin.us1.twilio.com", YES, (404, 20404)),
        ("api.ie1.twilio.com", (400, 22402), (404, 20404)),
        ("api.dublin.ie1.twilio.com", (400, 22402), (404, 20404)),
        ("pricing.twilio.com", (404, 20404), YES),
        ("messaging.twilio.com", (404, 20404), (404, 20404)),
        ("twilio.com.evil.example", (404, 20404), (404, 20404)),
    ],
)
def test_each_host_has_its_own_resources(simulator, get, host, numbers, prices):
    """As at Twilio, so that a proxy in front of it can stand for all of Twilio's hosts."""
    assert get(path_of(simulator.account_sid, "/IncomingPhoneNumbers"), host=host) == numbers
    assert get("/v1/PhoneNumbers/Countries", host=host) == prices


def test_controls_are_not_to_be_had_under_twilios_names(simulator, get):
    """Under any name but loopback's, the address of the controls is an address like any other."""
    address = simulator.url.removeprefix("http://")
    connection = HTTPConnection(address)
    connection.request("GET", "/__practice/", headers={"Host": "api.twilio.com"})
    nameless = connection.getresponse().status
    connection.close()

    assert nameless == 401
    assert get("/__practice/", host="api.twilio.com") == (404, 20404)
    assert get("/__practice/", host="evil.example") == (404, 20404)


def test_a_401_names_its_realm(simulator):
    """A client that waits to be asked is asked for name and password, as Twilio does."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{simulator.url}/2010-04-01/Accounts.json", timeout=5)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Twilio API"'
