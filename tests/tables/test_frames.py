"""Records to pandas: what the columns are, whatever is in them."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.simulator import Fault
from helpers.tables.frames import accounts_table, journal_table, numbers_table, story_table
from tests.support.golden import as_read
from tests.support.number_tools import numbers_of

TYPES = {
    "phone_number": "string",
    "account": "category",
    "type": "category",
    "voice": "boolean",
    "beta": "boolean",
    "created": "datetime64[s, UTC]",
    "voice_url": "string",
    "trunk_sid": "string",
}


@pytest.fixture
def inventory(operator):
    return operator.inventory()


def test_one_row_per_number_with_typed_columns(inventory):
    """Text is text, times are UTC, yes/no is boolean."""
    numbers = numbers_table(inventory)

    assert len(numbers) == len(inventory.numbers)
    assert {name: str(numbers[name].dtype) for name in TYPES} == TYPES
    assert set(numbers["phone_number"]) == {number.phone_number for number in inventory.numbers}


def test_columns_keep_their_types_with_no_rows(inventory):
    """An empty company looks like any other, only shorter."""
    whole, empty = numbers_table(inventory), numbers_table(replace(inventory, numbers=numbers_of(())))

    assert len(empty) == 0
    assert [str(kind) for kind in empty.dtypes] == [str(kind) for kind in whole.dtypes]
    assert len(accounts_table(replace(inventory, coverage=replace(inventory.coverage, readings=())))) == 0


def test_nothing_is_missing_in_one_way(inventory):
    """Twilio says nothing as "" and as null; a table says it as missing."""
    numbers = numbers_table(inventory)

    assert not (numbers.select_dtypes("string") == "").any().any()
    assert numbers["trunk_sid"].isna().any()


def test_one_row_per_account_and_an_unread_one_has_no_count(inventory, operator, simulator, quiet):
    """A count that nobody could take is missing, not 0."""
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=9)
    accounts = accounts_table(operator.inventory()).set_index("account")

    assert accounts.index[0] == "Acme"
    assert accounts.loc["Acme Logistics", "numbers"] == 0
    assert accounts.loc["Acme Support", "numbers"] is pd.NA
    assert not accounts.loc["Acme Support", "read"]
    assert "403" in accounts.loc["Acme Support", "why_not_read"]


def test_no_column_holds_a_secret(inventory, simulator):
    """Not the main account's token, and not those that /Accounts returns for the subaccounts."""
    everything = accounts_table(inventory).to_csv() + numbers_table(inventory).to_csv() + repr(inventory)
    secrets = [password for _, password in (pair for pair in simulator.credentials.values() if pair)]

    assert len(secrets) >= 5
    assert not [secret for secret in secrets if secret in everything]


def test_the_journal_is_a_table_with_open_entries_first(operator, quiet, snapshot):
    """What has to be settled stands on top; each entry's last step is a sentence."""
    other = operator.number("Training room")
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE")
    operator.press(operator.confirm(quiet))
    operator.press(operator.confirm(other))
    journal = journal_table(operator.journal.entries(), now=operator.clock())

    assert list(journal["state"]) == ["unknown", "released"]
    assert as_read(journal.loc[1, "last_step"]) == snapshot
    assert str(journal["reclaim_by"].dtype) == "datetime64[s, UTC]"
    assert len(story_table(operator.journal.entries()[1])) == 4
    assert len(story_table(None)) == 0


def test_dollars_in_a_name_are_no_formula(operator):
    """A notebook would set what stands between two of them as mathematics, and the name could not be read."""
    assert "mathjax_ignore" in numbers_table(operator.inventory())._repr_html_()


@pytest.mark.parametrize(
    "written", ["Tue, 31 Feb 2026 08:00:00 +0000", "Mon, 02 Feb 2026 25:00:00 +0000", "Mon, 02 Feb 2026 08:00+02 +0000"]
)
def test_one_date_that_is_in_no_calendar_is_missing_and_costs_nobody_the_table(inventory, written):
    """Everybody else's dates stand there as before."""
    odd, *others = inventory.numbers
    odd = replace(odd, sent={**odd.sent, "date_created": written})
    numbers = numbers_table(replace(inventory, numbers=numbers_of((odd, *others))))

    assert pd.isna(numbers.created[0])
    assert numbers.created[1:].notna().all()
