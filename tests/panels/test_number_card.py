"""The card of a number: what was heard last, each way, and what "nothing" rests on."""

import re

from helpers.core.records import Verdict
from helpers.decisions.decision import refusal
from helpers.decisions.judge import FRESH
from helpers.panels.shared.number_card import show_card
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.panel_tools import QUIET, desk_at, named
from tests.support.simulator_tools import set_latency


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_it_says_what_was_heard_last_each_way(operator, snapshot):
    """A number that is only ever called is told apart from one that calls."""
    told = words(show_card(operator.decide(operator.number("Hotline"))))

    assert as_read(told) == snapshot


def test_silence_is_told_with_how_far_back_messages_are_kept(operator, quiet, snapshot):
    """That none was seen is worth as much as the log reaches back."""
    told = words(show_card(operator.decide(quiet)))

    assert as_read(told) == snapshot


def test_a_log_that_could_not_be_read_is_no_silence(operator, simulator, quiet, snapshot):
    """Neither the last message nor Twilio's rule is known then."""
    simulator.order(Fault.FORBIDDEN, path="/Messages", times=99)
    told = words(show_card(operator.decide(quiet)))

    assert as_read(told) == snapshot


def test_a_log_that_was_read_is_said_to_be_whatever_became_of_the_other(operator, simulator, quiet, snapshot):
    """The calls were answered with 200: that the messages could not be read hides none of them."""
    simulator.order(Fault.FORBIDDEN, path="/Messages", times=99)

    assert as_read(words(show_card(operator.decide(quiet)))) == snapshot


def test_a_busy_number_whose_account_keeps_messages_for_days_shows_how_far_back_they_go(operator, snapshot):
    """What was seen of its own messages is kept, so "none seen" stands nowhere beside it."""
    told = words(show_card(operator.decide(operator.number("Delivery alerts 1"))))

    assert as_read(told) == snapshot


def test_a_silence_that_no_look_can_prove_says_what_helps(operator, snapshot):
    """To look once more is no advice where messages are not kept: the bills and the people know more."""
    decision = operator.decide(operator.number("Delivery alerts 3 (spare)"))
    told = words(show_card(decision))

    assert as_read(told) == snapshot
    for said in (told, refusal(decision, typed=decision.number.phone_number, why="")):
        assert as_read(said) == snapshot
        assert "Look again" not in said


def test_what_twilio_calls_active_is_not_told_as_if_it_had_been_heard(operator, quiet, snapshot):
    """Of a number without any call, nobody reads that it had three."""
    assert as_read(words(show_card(operator.decide(quiet)))) == snapshot


def test_it_says_what_no_look_covers(operator, quiet, snapshot):
    """The operator is never left to think that everything was looked at."""
    assert as_read(words(show_card(operator.decide(quiet)))) == snapshot


def test_a_number_of_a_suspended_account_is_told_in_one_sentence_and_not_in_green(desk, snapshot):
    """Twilio shows nothing of it elsewhere: that is said once, with every place, and its silence says little."""
    decision = desk.decide(named(desk, "Load test 1"))
    card = show_card(decision)

    assert words(card).count("HTTP 403") == 1
    assert as_read(words(card)) == snapshot
    assert "desk-good" not in card


def test_green_is_for_a_silence_that_nothing_speaks_against(desk, simulator, clock):
    """Everything was looked at, and it is neither new nor suspended: one place that answers 403 is enough."""
    number = named(desk, QUIET)
    assert "desk-good" in show_card(desk.decide(number))

    simulator.order(Fault.FORBIDDEN, path="/Configuration/Addresses")
    clock.now += 2 * FRESH
    assert "desk-good" not in show_card(desk.decide(number))


def test_what_is_asked_of_a_chosen_number_is_asked_side_by_side(simulator, journal, clock, between):
    """Whoever chooses it waits for a few answers of Twilio's, and not for two dozen in a row."""
    desk = desk_at(simulator, journal, clock, url=between.url)
    number = named(desk, QUIET)
    set_latency(simulator, 0.1)
    decision = desk.decide(number)
    desk.session.gateway.transport.close()

    assert decision.verdict is Verdict.QUIET
    assert between.most_at_once >= 10
