"""The pictures: they say what the table says, in words as well as in colour, filter by what they show, run nothing."""

import html
import re
from decimal import Decimal

import pytest

from helpers.tables.charts import age_labels, ages_of, draw_pictures
from helpers.tables.money import sum_costs
from tests.support.golden import as_read
from tests.support.grid_tools import ROWS, frame_of, many, number, unknown, used


def drawn(rows, *, days=90):
    return draw_pictures(frame_of(rows), days=days)


def words(picture):
    return " ".join(re.sub(r"<[^>]*>", " ", picture).split())


def parts(picture):
    """Read what can be pressed: the key of each part, and its words."""
    found = re.findall(r'data-press="([^"]*)" data-tip="([^"]*)" aria-label="([^"]*)"', picture)
    assert all(tip == name for _, tip, name in found)
    return {html.unescape(key): html.unescape(tip) for key, tip, _ in found}


def test_money_is_added_up_exactly_and_by_currency():
    """A hundred thousand prices of 0.1 are not 9,999.999; dollars and euros are not one sum."""
    rows = [number(place, monthly=Decimal("0.1")) for place in range(1000)]
    rows += [number(1, monthly=Decimal(2), currency="EUR"), unknown(2, monthly=None)]

    assert sum_costs(frame_of(rows)) == {"USD": Decimal(100), "EUR": Decimal(2)}


def test_each_part_says_what_it_is_and_what_it_filters_by(snapshot):
    """For the mouse, the keyboard and screen readers, in the same words."""
    assert parts(drawn(ROWS)) == snapshot


def test_the_dearest_accounts_have_bars_and_the_others_are_counted():
    """No account is left out in silence."""
    rows = [
        number(place, account=f"Client {place:02}", account_sid=f"AC{place:032x}", monthly=Decimal(place + 1))
        for place in range(11)
    ]
    picture = drawn(rows)
    accounts = [tip.split(":")[0] for key, tip in parts(picture).items() if key.startswith("account_sid=")]

    assert accounts == [f"Client {place:02}" for place in range(10, 3, -1)]
    assert "4 other accounts 10.00" in words(picture)


def test_accounts_whose_names_begin_alike_are_told_apart():
    """The end of a long name is never cut: "Acme customer 00…" eight times tells nobody anything."""
    rows = [number(place, account=f"Acme customer {place:04}", account_sid=f"AC{place}") for place in range(3)]
    ends = re.findall(r"</span><span>([^<]*)</span></bdi>", drawn(rows))

    assert ends == ["er 0000", "er 0001", "er 0002"]


def test_two_accounts_of_one_name_are_two():
    """Names are not unique at Twilio."""
    rows = [number(1, account_sid="AC1"), number(2, account_sid="AC2")]

    assert {"account_sid=AC1", "account_sid=AC2"} <= parts(drawn(rows)).keys()


def test_not_used_in_use_and_unknown_are_counted_apart():
    """What could not be checked is neither."""
    told = parts(drawn([used(1, 3), number(2), number(3), unknown(4)]))

    assert told["verdict=quiet"] == "Not used: 2 numbers, USD 2.30 a month"
    assert told["verdict=in use"] == "In use: 1 number, USD 1.15 a month"
    assert told["verdict=unknown"] == "Unknown: 1 number, USD 1.15 a month"


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (30, ["0-6", "7-29", "30+", "not known"]),
        (90, ["0-6", "7-29", "30-89", "90+", "not known"]),
        (365, ["0-6", "7-29", "30-89", "90-179", "180-364", "365+", "not known"]),
    ],
)
def test_the_oldest_age_begins_where_the_look_back_ends(days, labels):
    """Nobody saw what was before it."""
    assert age_labels(days) == labels


def test_a_number_that_was_checked_for_fewer_days_is_of_unknown_age():
    """At least thirty days, in a company that looked ninety days back, is anything from thirty on."""
    ages = ages_of(frame_of([number(1), number(2, idle_days=30), used(3, 30), unknown(4)]), 90)

    assert list(ages) == ["90+", "not known", "30-89", "not known"]


def test_what_has_no_price_or_another_currency_is_said_to_be_left_out():
    """A bar that is silently too short would be a wrong answer."""
    rows = [number(1), number(2), number(3, currency="EUR"), number(4, monthly=None)]

    assert "Without 1 of unknown price and 1 in other currencies." in words(drawn(rows))
    assert parts(drawn(rows))["verdict=quiet"] == "Not used: 4 numbers, USD 2.30 and EUR 1.15 a month"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [unknown(1)],
        [number(1, monthly=None, currency=None, days_to_billing=None, next_billing=None)],
        [number(1, monthly=Decimal(0))],
        [used(1, 0)],
    ],
    ids=["none", "unknown", "no price", "free", "one in use"],
)
def test_there_is_a_picture_of_anything(rows, snapshot):
    """No number, no price, no day: each picture says so instead of failing."""
    assert as_read(words(drawn(rows))) == snapshot


def test_before_anybody_checked_no_picture_speaks_of_use(snapshot):
    """Numbers that nobody checked are neither used nor not; nothing is drawn of what was never asked."""
    picture = draw_pictures(many(50, looked=False), days=90)

    assert "desk-part-quiet" not in picture
    assert "desk-part-unknown" not in picture
    assert not [key for key in parts(picture) if not key.startswith("account_sid=")]
    assert "not used" not in picture
    assert as_read(words(picture)) == snapshot


def test_what_was_checked_in_vain_was_checked():
    """Where nothing could be found out, no picture says that nobody has checked."""
    never = "Nobody has checked yet"

    assert never not in words(drawn([unknown(1), unknown(2)]))
    assert never in words(drawn([unknown(1, looked_at=None)]))


def test_a_name_is_shown_and_not_run():
    """Whoever names a subaccount after a tag sees the tag."""
    hostile = "<img src=x onerror=alert(1)>"
    picture = drawn([number(1, account=hostile, account_sid='AC"><img>', type="<b>", currency="<i>")])

    assert "<img" not in picture
    assert "<i>" not in picture
    assert html.escape(hostile) in picture


def test_the_pictures_fetch_nothing_and_bring_no_colour():
    """Colours are the theme's, by name; there is nothing to load."""
    assert re.findall(r"https?:|url\(|#[0-9a-f]{3,6}\b|rgb", draw_pictures(many(200), days=90)) == []


def test_sums_that_no_machine_word_holds_are_added_up_all_the_same():
    """Absurd prices are shown as they are, and take nothing down."""
    rows = [number(place, monthly=Decimal("123456789012345.0000000001")) for place in range(2)]

    assert "246,913,578,024,690.00" in words(drawn(rows))
