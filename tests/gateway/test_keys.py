"""What an API key may do: known where it may read its own policy, not known elsewhere, and never guessed."""

from dataclasses import replace

import pytest

from helpers.core.errors import CannotRead, TwilioSaidNo
from helpers.core.permissions import LOOK, RELEASE
from helpers.core.reasons import Request
from helpers.gateway.credentials import connect_simulator
from helpers.gateway.gateway import Gateway
from helpers.gateway.visibility import find_reach
from tests.support.golden import as_read
from tests.support.in_between import LOGIN

BLIND = tuple(name for name in LOOK if "api-keys" not in name)
NUMBERS = "/twilio/phone-numbers/active-numbers"
#: Its numbers are listed, and none of them can be looked at.
UNREAD = tuple(name for name in LOOK if name != f"{NUMBERS}/read")
ALL = ("/twilio/phone-numbers/active-numbers/*", "/twilio/iam/accounts/*", "/twilio/iam/api-keys/*")


@pytest.fixture
def signed_in(connect, controls, between):
    """Make gateways that sign in with a new key that may do so much."""

    def signed_in(allow):
        gateway, key = connect(url=between.url), controls.make_key(allow)
        connection = replace(gateway.connection, username=key.sid, secret=key.secret)
        return Gateway(connection, gateway.transport)

    return signed_in


def test_a_key_that_only_looks_is_known_to_only_look(signed_in, snapshot):
    """Its policy says so: the box names what is missing, and that another key can be typed in."""
    reach, _ = find_reach(signed_in(LOOK))

    assert set(reach.refuses) == set(Request)
    # The list of accounts shows it its own account alone, which does not prove that there are no others.
    assert not reach.whole_company
    assert [as_read(sentence) for sentence in reach.because] == snapshot


@pytest.mark.parametrize("allow", [BLIND, None])
def test_a_key_that_may_not_read_its_policy_is_not_known(signed_in, allow, snapshot):
    """A restricted key without that permission, and a standard one: nothing is said of what each may do."""
    reach, _ = find_reach(signed_in(allow))

    assert reach.refuses == ()
    assert as_read(reach.because[-1]) == snapshot


@pytest.mark.parametrize("who", ["main_token", "main_key", "subaccount", "subaccount_key"])
def test_what_has_no_limits_is_said_to_have_none(connect, who):
    """A token and a main key may do all, and no sentence doubts it."""
    reach, _ = find_reach(connect(who))

    assert reach.refuses == ()
    assert "What this API key may do" not in " ".join(reach.because)


@pytest.mark.parametrize(
    ("allow", "refuses"),
    [
        ((*LOOK, *RELEASE), {Request.BUY, Request.CHANGE}),
        (ALL[:1] + LOOK, set()),
        ((*LOOK, f"{NUMBERS}/create"), {Request.RELEASE, Request.CHANGE}),
        ((*LOOK, f"{NUMBERS}/update"), {Request.RELEASE, Request.BUY}),
        ((*UNREAD, f"{NUMBERS}/delete", f"{NUMBERS}/create", f"{NUMBERS}/update"), set(Request)),
    ],
)
def test_each_permission_counts_for_its_own_request(signed_in, allow, refuses):
    """Deleting, buying and changing are three, a star is all of them, and none is done without a look at the number."""
    assert set(find_reach(signed_in(allow))[0].refuses) == refuses


def test_a_key_that_deletes_and_cannot_look_is_told_what_it_lacks(signed_in, snapshot):
    """The kit looks at a number before it releases it, and after: the box names that permission, and no other."""
    reach, _ = find_reach(signed_in((*UNREAD, f"{NUMBERS}/delete", f"{NUMBERS}/create")))

    assert [as_read(sentence) for sentence in reach.because] == snapshot


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, LOGIN),
        (200, {"sid": "SK1", "policy": {"allow": []}}),
        (200, {}),
        (503, {"code": 20503, "message": "No", "status": 503}),
        (404, {"code": 20404, "message": "No", "status": 404}),
        (401, {"code": 70051, "message": "No", "status": 401}),
        (403, LOGIN),
    ],
)
def test_an_odd_answer_about_the_policy_forbids_nothing(signed_in, between, status, body):
    """Another key's policy, a login page, a failure: what this key may do is not known, and the desk opens."""
    gateway = signed_in(LOOK)
    between.answers("/Keys/", status, body)
    reach, _ = find_reach(gateway)

    assert reach.refuses == ()
    assert "is not known" in reach.because[-1]


@pytest.mark.parametrize("policy", [{"deny": []}, {"allow": "all"}, {"allow": [7]}, "all", []])
def test_a_policy_of_another_shape_is_not_known(signed_in, between, policy):
    """Nothing is read into it."""
    gateway = signed_in(LOOK)
    between.answers("/Keys/", 200, {"sid": gateway.connection.username, "policy": policy})

    with pytest.raises(CannotRead):
        gateway.policy(gateway.connection.account_sid)


def test_a_policy_of_names_that_nobody_knows_forbids_nothing(signed_in, between):
    """The key sees numbers, and its policy calls that otherwise: then it calls releasing otherwise, too."""
    gateway = signed_in(ALL)
    policy = {"allow": ["/twilio/numbers/incoming/read", "/twilio/numbers/incoming/remove"]}
    between.answers("/Keys/", 200, {"sid": gateway.connection.username, "policy": policy})
    reach, _ = find_reach(gateway)

    assert reach.refuses == ()
    assert "is not known" in reach.because[-1]


@pytest.mark.parametrize(
    "name",
    [
        *("/twilio/numbers/incoming/delete", "/twilio/phone-numbers/owned-numbers/*", "/twilio/phone-numbers/*"),
        *("/twilio/phone-numbers/active-numbers/remove", "twilio:numbers:delete"),
    ],
)
def test_one_unknown_name_beside_known_ones_makes_the_policy_not_known(signed_in, between, name):
    """It may be the name of releasing since last week: no button goes, and the box says why."""
    gateway = signed_in(LOOK)
    between.answers("/Keys/", 200, {"sid": gateway.connection.username, "policy": {"allow": [*LOOK, name]}})
    reach, _ = find_reach(gateway)

    assert reach.refuses == ()
    assert "is not known" in reach.because[-1]


@pytest.mark.parametrize("name", ["/twilio/verify/services/create", "/twilio/phone-numbers/owned-numbers/read"])
def test_a_name_that_changes_no_number_leaves_the_policy_known(signed_in, between, name):
    """A key of a real company may do much besides."""
    gateway = signed_in(LOOK)
    between.answers("/Keys/", 200, {"sid": gateway.connection.username, "policy": {"allow": [*LOOK, name]}})

    assert set(find_reach(gateway)[0].refuses) == set(Request)


def test_what_a_policy_denies_is_refused_whatever_it_allows(signed_in, between):
    """OAuth apps have such policies, and keys may come to have them."""
    gateway = signed_in(ALL)
    policy = {"allow": list(ALL), "deny": ["/twilio/phone-numbers/active-numbers/delete"]}
    between.answers("/Keys/", 200, {"sid": gateway.connection.username, "policy": policy})

    assert find_reach(gateway)[0].refuses == (Request.RELEASE,)


def test_a_refused_release_names_the_missing_permission(signed_in, simulator, snapshot):
    """Twilio's own words: 401, 70051 and the permission; the number stays."""
    gateway = signed_in(BLIND)
    number = next(iter(gateway.numbers(simulator.account_sid)))
    with pytest.raises(TwilioSaidNo) as refused:
        gateway.delete_number(number.account_sid, number.sid)

    assert as_read(str(refused.value)) == snapshot
    assert simulator.world.number(number.account_sid, number.sid) is not None


def test_a_practice_desk_can_be_opened_with_a_key(tmp_path):
    """The operator rehearses with what a key may do, on the same world."""
    connection, simulator = connect_simulator(tmp_path)
    try:
        key = simulator.make_key(LOOK)
        looking, _ = connect_simulator(tmp_path, key)
        with pytest.raises(ValueError, match="invalid"):
            simulator.make_key(["/everything"])

        assert (looking.username, looking.account_sid) == (key.sid, connection.account_sid)
        assert key.secret not in repr([key, looking])
    finally:
        simulator.stop()
