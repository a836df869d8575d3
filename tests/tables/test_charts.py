"""The pictures: they say what the table says, in words as well as in colour, and run nothing."""

import html
import re
from decimal import Decimal
from functools import wraps

import pytest

from helpers.tables import charts
from helpers.tables.money import sum_costs
from tests.support.golden import as_read
from tests.support.grid_tools import frame_of, many, number, unknown, used


def of_everything(picture):
    """Have a picture drawn of a table that no filter has narrowed."""
    return wraps(picture)(lambda frame: picture(frame, whole=len(frame)))


DRAWN = (charts.money_by_account, charts.quiet_against_in_use, charts.idle_against_price, charts.billing_ahead)
PICTURES = tuple(map(of_everything, DRAWN))
money_by_account, quiet_against_in_use, idle_against_price, billing_ahead = PICTURES


def words(picture):
    return " ".join(re.sub(r"<[^>]*>", " ", picture).split())


def test_money_is_added_up_exactly_and_by_currency():
    """A hundred thousand prices of 0.1 are not 9,999.999; dollars and euros are not one sum."""
    rows = [number(place, monthly=Decimal("0.1")) for place in range(1000)]
    rows += [number(1, monthly=Decimal(2), currency="EUR"), unknown(2, monthly=None)]

    assert sum_costs(frame_of(rows)) == {"USD": Decimal(100), "EUR": Decimal(2)}


def test_the_dearest_accounts_have_bars_and_the_others_are_counted(snapshot):
    """No account is left out in silence."""
    rows = [
        number(place, account=f"Client {place}", account_sid=f"AC{place:032x}", monthly=Decimal(place + 1))
        for place in range(11)
    ]
    told = words(money_by_account(frame_of(rows)))

    assert re.findall(r"Client \d+", told) == [f"Client {place}" for place in range(10, 2, -1)]
    assert as_read(told) == snapshot


def test_two_accounts_of_one_name_are_two():
    """Names are not unique at Twilio."""
    rows = [number(1, account_sid="AC1"), number(2, account_sid="AC2")]

    assert money_by_account(frame_of(rows)).count("<bdi>Acme</bdi>") == 2


def test_what_is_for_quiet_numbers_is_told_beside_the_bar(snapshot):
    """The account with the longest bar is not always the one in which money can be saved."""
    told = words(money_by_account(frame_of([used(1, 3, monthly=Decimal(30)), number(2, monthly=Decimal(12))])))

    assert as_read(told) == snapshot


def test_quiet_in_use_and_not_judged_are_counted_apart(snapshot):
    """What could not be judged is neither."""
    told = words(quiet_against_in_use(frame_of([used(1, 3), number(2), number(3), unknown(4)])))

    assert as_read(told) == snapshot


def test_the_oldest_age_begins_where_the_days_that_were_looked_at_end(snapshot):
    """Nobody saw what was before them."""
    rows = [used(1, 3), used(2, 45), number(3), number(4), unknown(5)]
    told = words(idle_against_price(frame_of(rows)))

    assert as_read(told) == snapshot


def test_where_every_number_was_heard_no_age_is_shown_that_none_has(snapshot):
    """Eight empty columns would not fit beside one that is full."""
    told = words(idle_against_price(frame_of([used(1, 0), used(2, 3)])))

    assert as_read(told) == snapshot


def test_a_number_that_was_looked_at_for_fewer_days_is_of_unknown_age(snapshot):
    """At least thirty days, in a company that looked ninety days back, is anything from thirty on."""
    told = words(idle_against_price(frame_of([number(1), number(2, idle_days=30)])))

    assert as_read(told) == snapshot


def test_the_days_ahead_say_what_the_next_week_costs(snapshot):
    """That is what releasing today can still save."""
    rows = [number(1, days_to_billing=2), used(2, 3, days_to_billing=6), number(3, days_to_billing=7)]
    picture = billing_ahead(frame_of(rows))

    assert as_read(picture) == snapshot


def test_what_has_no_price_or_another_currency_is_said_to_be_left_out(snapshot):
    """A bar that is silently too short would be a wrong answer."""
    rows = [number(1), number(2), number(3, currency="EUR"), number(4, monthly=None)]

    for picture in (money_by_account, idle_against_price, billing_ahead):
        assert as_read(words(picture(frame_of(rows)))) == snapshot


@pytest.mark.parametrize("picture", PICTURES)
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
def test_there_is_a_picture_of_anything(picture, rows):
    """No number, no price, no day: each picture says so instead of failing."""
    assert words(picture(frame_of(rows))) != ""


def test_before_anybody_looked_no_picture_speaks_of_quiet_numbers(snapshot):
    """Numbers that nobody looked at are not in use either."""
    pictures = [picture(many(50, looked=False)) for picture in PICTURES]

    assert [picture for picture in pictures if "desk-part-quiet" in picture and "height:0.00%" not in picture] == []
    assert as_read(words(pictures[1])) == snapshot


@pytest.mark.parametrize("picture", DRAWN)
def test_a_picture_says_of_how_many_numbers_it_is(picture, snapshot):
    """What is drawn of ten filtered numbers must not pass for the company; nor an empty company for a filter."""
    some, none = frame_of([number(1), used(2, 3)]), frame_of([])

    assert as_read(words(picture(some, whole=69))) == snapshot
    assert as_read(words(picture(some, whole=2))) == snapshot
    assert as_read(words(picture(none, whole=69))) == snapshot
    assert as_read(words(picture(none, whole=0))) == snapshot


def test_what_was_looked_at_in_vain_was_looked_at(snapshot):
    """Filtered down to what could not be judged, no picture says that nobody has looked."""
    told = words(quiet_against_in_use(frame_of([unknown(1), unknown(2)])))

    never = words(quiet_against_in_use(frame_of([unknown(1, looked_at=None)])))

    assert never not in told
    assert as_read(told) == snapshot
    assert as_read(never) == snapshot


def test_a_name_is_shown_and_not_run():
    """Whoever names a subaccount after a tag sees the tag."""
    hostile = "<img src=x onerror=alert(1)>"
    rows = [number(1, account=hostile, type="<b>", currency="<i>")]

    for picture in PICTURES:
        drawn = picture(frame_of(rows))

        assert "<img" not in drawn
        assert "<i> 1.15" not in drawn
    assert html.escape(hostile) in money_by_account(frame_of(rows))


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_fetches_nothing_and_brings_no_colour(picture):
    """Colours are the theme's, by name; there is nothing to load."""
    drawn = picture(many(200))

    assert re.findall(r"https?:|url\(|#[0-9a-f]{3,6}\b|rgb", drawn) == []


def test_pictures_add_up_money_exactly(snapshot):
    """Ten thousand times 0.105 is 1,050 and not a fraction more; a price keeps its digits."""
    rows = [number(place, monthly=Decimal("0.105"), days_to_billing=1) for place in range(100)]
    frame = frame_of(rows)

    assert as_read(words(money_by_account(frame))) == snapshot
    assert "USD 0.105" in words(idle_against_price(frame))
    assert as_read(words(billing_ahead(frame))) == snapshot


def test_a_sum_below_a_thousand_is_written_with_its_pennies_everywhere(snapshot):
    """A "USD 276" beside "USD 276.00" are two ways of writing one sum, and the reader wonders which is rounded."""
    frame = frame_of([number(1, monthly=Decimal(276), days_to_billing=1), number(2, monthly=Decimal("723.99"))])

    assert as_read(words(money_by_account(frame))) == snapshot
    for picture in PICTURES:
        told = words(picture(frame))

        assert re.findall(r"\d{3}(?![.,\d])", told.replace("90+", "")) == []
        assert "rounded" not in told


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_says_what_it_rounds(picture, snapshot):
    """From a thousand on there is no room for pennies."""
    frame = frame_of([number(1, monthly=Decimal("1204.50"))])
    told = words(picture(frame))

    assert "1,204" in told
    assert as_read(told) == snapshot


def test_sums_that_no_machine_word_holds_are_added_up_all_the_same():
    """Absurd prices are shown as they are, and take nothing down."""
    rows = [number(place, monthly=Decimal("123456789012345.0000000001")) for place in range(2)]

    assert "246,913,578,024,690" in words(money_by_account(frame_of(rows)))
