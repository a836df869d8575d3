"""Protections and notes lie in the journal's database: all who share it have the same, and nobody loses one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
from sqlalchemy import make_url

from helpers.core.errors import JournalTooNew, JournalUnwritable, ProtectionRefused, ProtectionUnreadable
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause
from helpers.core.records import Number
from helpers.decisions.protected import Kind, Protected, Rule
from helpers.decisions.protection import Protection
from helpers.decisions.sentences import reason
from helpers.journal.database import FORMAT, NOTES, PROTECTIONS
from helpers.journal.journal import Journal, journal_file
from helpers.journal.notes import Notes
from tests.support.golden import as_read
from tests.support.postgres import postgres_url
from tests.support.protection_tools import HOTLINE, SHOP, called

NOTED = {"sqlite": "PRAGMA user_version = {}", "postgresql": "COMMENT ON TABLE journal IS 'format {}'"}
SENT = {"sid": "PN1", "account_sid": "AC1", "phone_number": "+14155550123", "friendly_name": "old hotline"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return journal_file(tmp_path / "team.db") if request.param == "sqlite" else make_url(postgres_url())


@pytest.fixture
def desks(url, tmp_path, clock):
    """Make what a colleague's desk protects with: each has files and a connection of their own."""

    def made(who="ann", **login):
        there = url.set(**login) if login else url
        return Protection(tmp_path / who / "protected.json", Journal(there).notes, clock)

    return made


def run(url, *statements):
    journal = Journal(url)
    for statement in statements:
        journal.database.write(lambda connection, statement=statement: connection.exec_driver_sql(statement))


def noted(clock, **otherwise):
    what = {"note": "", "owner": "", "keep_until": None, "who": "ann@desk", "at": clock()}
    return NumberNote("+14155550112", **(what | otherwise))


def lines(n):
    return [Protected(Kind.NUMBER, f"+1415555{place:04}", "", "ann@desk", "2026-03-02") for place in n]


def by_number(protection):
    return sorted(protection.read(), key=lambda line: line.what)


def test_a_colleague_finds_what_another_protected_and_noted(desks, clock):
    """Whoever shares the journal shares them, to the sign."""
    ann, bob = desks("ann"), desks("bob")
    ann.protect(HOTLINE)
    note = noted(clock, note="On every van, “24 h”", owner="Zoë", keep_until=date(2027, 1, 31))
    ann.write_note(note, before=None)

    assert bob.read() == (HOTLINE,)
    assert bob.note("+14155550112") == note
    assert bob.notes() == {"+14155550112": note}
    assert bob.note("+14155550113") is None


def test_nothing_is_lost_when_many_protect_at_once(desks):
    """Whoever was told that it is protected can rely on it, whatever other notebooks wrote meanwhile."""
    all_of_them = lines(range(100, 140))
    colleagues = [desks(str(n)) for n in range(4)]
    with ThreadPoolExecutor(8) as people:
        for done in [people.submit(colleagues[n % 4].protect, line) for n, line in enumerate(all_of_them)]:
            done.result()

    assert by_number(desks()) == all_of_them


def test_nothing_is_lost_when_some_protect_and_others_unprotect(desks):
    """Taking one away does not bring back or lose another."""
    old, new, desk = lines(range(100, 110)), lines(range(110, 120)), desks()
    for line in old:
        desk.protect(line)
    with ThreadPoolExecutor(8) as people:
        away = [people.submit(desks().unprotect, line, typed=line.what, by="bob@desk") for line in old]
        for done in [*away, *(people.submit(desks().protect, line) for line in new)]:
            done.result()

    assert by_number(desks()) == new


def test_two_who_protect_the_same_at_once_protect_it_once(desks):
    """The second is told that it was protected already."""
    with ThreadPoolExecutor(2) as people:
        done = [people.submit(desks(who).protect, HOTLINE) for who in ("ann", "bob")]

    assert sum(isinstance(each.exception(), ProtectionRefused) for each in done) == 1
    assert desks().read() == (HOTLINE,)


def test_what_was_unprotected_can_be_protected_again(desks, url):
    """Each change is a row with its time and its person, and none is overwritten."""
    desk = desks()
    desk.protect(HOTLINE)
    desk.unprotect(HOTLINE, typed=HOTLINE.what, by="bob@desk")
    assert desk.read() == ()
    desk.protect(HOTLINE)

    assert desk.read() == (HOTLINE,)
    with Journal(url).database.engine.connect() as connection:
        rows = connection.execute(PROTECTIONS.select().order_by(PROTECTIONS.c.n)).all()
    assert [(row.state, row.changed_by) for row in rows] == [
        *(("protected", "ann@desk"), ("unprotected", "bob@desk"), ("protected", "ann@desk"))
    ]


def test_a_note_that_a_colleague_changed_meanwhile_is_not_written_over(desks, clock, snapshot):
    """Their day would be gone without a word."""
    ann, bob = desks("ann"), desks("bob")
    kept = noted(clock, keep_until=date(2027, 1, 31), who="bob@desk")
    bob.write_note(kept, before=None)

    with pytest.raises(ProtectionRefused) as refused:
        ann.write_note(noted(clock, note="printed"), before=None)
    assert as_read(str(refused.value)) == snapshot
    assert ann.note("+14155550112") == kept
    ann.write_note(noted(clock, note="printed"), before=kept)
    assert bob.note("+14155550112").note == "printed"


@pytest.mark.parametrize("what", ["", "4155550112", "+1 415 555 0112", "hotline"])
def test_a_note_of_something_else_than_a_number_is_refused(desks, clock, what):
    """It would keep nothing, and look as if it did."""
    with pytest.raises(ProtectionRefused):
        desks().write_note(NumberNote(what, "", "", date(2027, 1, 31), "ann@desk", clock()), before=None)
    assert desks().notes() == {}


def test_a_kept_number_is_protected_until_its_day_is_over_everywhere(desks, clock, snapshot):
    """In Hawaii, too: the last time zone ends a day at noon in UTC."""
    desk = desks()
    desk.write_note(noted(clock, note="the fair", keep_until=date(2026, 3, 4)), before=None)
    number = called("anything")

    assert as_read(reason(desk.find(number, SHOP))) == snapshot
    # From 9:30 on the 2nd to a little before noon on the 5th.
    clock.advance(hours=3 * 24 + 2.4)
    assert desk.find(number, SHOP).code is Cause.KEPT
    find, _ = desk.finder()
    assert find(number, SHOP).code is Cause.KEPT
    clock.advance(hours=0.2)
    assert desk.find(number, SHOP) is None
    assert desk.finder()[0] is None


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO notes VALUES (7, '+14155550199', '', '', 'tomorrow', 'ann', '2026-03-02T00:00:00+00:00')",
        "INSERT INTO protections VALUES (7, 'protected', 'fax', 'x', '', 'ann', '', 'ann', '2026-03-02', '')",
        "INSERT INTO protections VALUES (7, 'protected', 'number', '0112', '', 'ann', '', 'ann', '2026-03-02', '')",
    ],
    ids=["day", "kind", "shape"],
)
def test_a_row_that_nobody_understands_protects_everything(desks, url, change, snapshot):
    """What somebody meant to protect and miswrote is not open to be released."""
    desk = desks()
    run(url, change)

    assert as_read(reason(desk.find(called("anything") if "note" not in change else noted_number(), SHOP))) == snapshot
    find, notes = desk.finder()
    assert find(called("anything"), SHOP).code is Cause.PROTECTIONS_UNREADABLE
    assert notes == {}


def noted_number():
    return Number("PN9", SHOP.sid, "+14155550199", "noted", {})


@pytest.mark.parametrize("table", ["protections", "notes"])
@pytest.mark.parametrize("change", ["UPDATE {} SET who = 'me'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_rows(desks, url, clock, table, change):
    """Whoever unprotects leaves a row that says so."""
    desk = desks()
    desk.protect(HOTLINE)
    desk.write_note(noted(clock, owner="Ann"), before=None)

    with pytest.raises(JournalUnwritable):
        run(url, change.format(table))
    assert desk.read() == (HOTLINE,)
    assert desk.note("+14155550112").owner == "Ann"


def bring_back(url):
    """Bring a database back to the format before there were these tables, as an earlier version made it."""
    with Journal(url).database.engine.begin() as connection:
        for table in (PROTECTIONS, NOTES):
            table.drop(connection)
        connection.exec_driver_sql(NOTED[url.get_backend_name()].format(2))


def test_a_journal_of_an_earlier_version_gets_the_tables_and_keeps_its_rows(url, desks, clock):
    """Its chain is as it was; an earlier version writes nothing to it any more, because it would not see them."""
    Journal(url).confirm("one", Number(**SENT, sent=SENT), at=clock())
    before = Journal(url).verify()
    bring_back(url)
    desks().protect(HOTLINE)

    assert desks().read() == (HOTLINE,)
    assert Journal(url).verify() == before
    assert Journal(url).database.format == FORMAT


def test_a_protection_of_a_version_without_rules_holds_and_new_ones_may_have_one(url, desks):
    """The row is as it was, and means what it meant: nothing that it covers is released."""
    desks().protect(HOTLINE)
    guard = "no_update_of_protections" if url.get_backend_name() == "sqlite" else "no_change ON protections"
    run(
        url,
        f"DROP TRIGGER {guard}",
        "ALTER TABLE protections DROP COLUMN rule",
        NOTED[url.get_backend_name()].format(3),
    )
    desk, shop = desks(), Protected(Kind.NAME, "shop", "", "ann@desk", "2026-03-02", Rule.WITH_TICKET)
    assert desk.read() == (HOTLINE,)
    assert Journal(url).database.format == FORMAT

    desk.protect(shop)
    assert desk.read() == (HOTLINE, shop)
    with pytest.raises(JournalUnwritable):
        run(url, "UPDATE protections SET rule = 'reason code and ticket'")


def test_protections_of_a_newer_version_hold_and_are_not_written(url, desks, clock):
    """Also those that it calls by a new name."""
    desk = desks()
    desk.protect(HOTLINE)
    newer = (
        "INSERT INTO protections VALUES (2, 'frozen', 'name', 'shop', '', 'ann', '', 'ann', '2026-03-02', 'ask Ann')"
    )
    run(url, newer, NOTED[url.get_backend_name()].format(FORMAT + 1))

    assert [(line.what, line.rule) for line in desk.read()] == [(HOTLINE.what, Rule.NEVER), ("shop", Rule.NEVER)]
    for change in (
        lambda: desk.protect(lines([1])[0]),
        lambda: desk.unprotect(HOTLINE, typed=HOTLINE.what, by="bob@desk"),
        lambda: desk.write_note(noted(clock), before=None),
    ):
        with pytest.raises(JournalTooNew):
            change()
    assert len(desk.read()) == 2


def psql(url):
    where = {"host": url.query["host"], "dbname": url.database}
    return psycopg.connect(**where, user="postgres", autocommit=True)


def test_a_colleague_who_may_add_rows_to_an_earlier_journal_may_protect_as_well(clock):
    """Until its owner has brought it forward, everything counts as protected, and the sentence says so."""
    url = make_url(postgres_url())
    bring_back(url)
    with psql(url) as owner:
        owner.execute("CREATE ROLE keeper LOGIN")
        owner.execute("GRANT SELECT, INSERT ON journal TO keeper")
    theirs = Notes(Journal(url.set(username="keeper")).database)
    with pytest.raises(JournalUnwritable, match="owner"):
        theirs.protections()

    Journal(url)
    theirs = Notes(Journal(url.set(username="keeper")).database)
    assert theirs.protect([{"kind": "name", "what": "x", "why": "", "who": "k", "since": ""}], at=clock()) == 1
    theirs.write(noted(clock, owner="Ann"), before=None)
    assert theirs.note("+14155550112").owner == "Ann"


def test_who_may_not_read_the_protections_may_release_nothing(url, desks, tmp_path, clock):
    """What could not be looked up is not permission."""
    if url.get_backend_name() == "sqlite":
        desk = desks()
        (tmp_path / "team.db").write_bytes(b"no database")
    else:
        Journal(url)
        with psql(url) as owner:
            owner.execute("CREATE ROLE guest LOGIN")
            owner.execute("GRANT SELECT, INSERT ON journal TO guest")
        desk = desks(username="guest")

    with pytest.raises(ProtectionUnreadable):
        desk.read()
    assert desk.find(called("anything"), SHOP).code is Cause.PROTECTIONS_UNREADABLE
