"""The card of a number: what was heard last, each way, and what "nothing" rests on."""

import re

from helpers.panels.review import review
from helpers.simulator import Fault


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_it_says_what_was_heard_last_each_way(operator):
    """A number that is only ever called is told apart from one that calls."""
    told = words(review(operator.decide(operator.number("Hotline"))))

    assert re.search(r"Last call in: \d+ \w+ 2026, \d\d:\d\d \w+ ?; out: ", told)
    assert "Active yes, by Twilio's rule" in told


def test_silence_is_told_with_how_far_back_messages_are_kept(operator, quiet):
    """That none was seen is worth as much as the log reaches back."""
    told = words(review(operator.decide(quiet)))

    assert "Last message in: none seen; out: none seen" in told
    assert re.search(r"Messages kept back to \d+ \w+ 202\d, \d\d:\d\d UTC at the least", told)
    assert "Active no, by Twilio's rule" in told


def test_a_log_that_could_not_be_read_is_no_silence(operator, practice, quiet):
    """Neither the last message nor Twilio's rule is known then."""
    practice.order(Fault.FORBIDDEN, path="/Messages", times=99)
    told = words(review(operator.decide(quiet)))

    assert "Last message in: could not look; out: could not look" in told
    assert "Messages kept could not look" in told
    assert "Active unknown, by Twilio's rule" in told


def test_it_says_what_no_look_covers(operator, quiet):
    """The operator is never left to think that everything was looked at."""
    assert "Not looked at by the kit: add-ons" in words(review(operator.decide(quiet)))
