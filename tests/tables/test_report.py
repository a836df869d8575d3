"""The report at its edges: nothing to say, nothing read, odd names, several currencies, no earlier look."""

import tracemalloc
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import msgspec
import openpyxl
import pandas as pd
import pytest

from helpers.core.errors import OutcomeUnknown
from helpers.core.permissions import LOOK
from helpers.core.records import Confirmation
from helpers.evidence import kept_looks
from helpers.evidence.kept_looks import list_looks
from helpers.simulator import Fault
from helpers.tables.about import EvidenceTable
from helpers.tables.report import files, reporter
from helpers.tables.report.facts import Result, make_report
from helpers.tables.report.page import write_page
from helpers.tables.report.sheets import write_report_workbook
from helpers.tables.report.words import describe_savings, explain_headline, headline, write_text
from tests.support.formulas import evaluate
from tests.support.panel_tools import QUIET, desk_at, named
from tests.support.simulator_tools import ring


def line_of(written):
    return msgspec.json.decode(written.line)


@pytest.fixture
def facts(desk, tmp_path, monkeypatch):
    """The facts of a report, as the files are made of them."""
    kept, write = [], reporter.write_report

    def keep(report, *how):
        kept.append(report)
        return write(report, *how)

    def made():
        monkeypatch.setattr(reporter, "write_report", keep)
        desk.report(folder=tmp_path / "reports", forms=[])
        return kept[-1]

    return made


def all_in_use(simulator, clock):
    world = simulator.world
    ring(world, *(n for account in world.accounts for n in world.numbers(account)), at=clock() - timedelta(days=1))
    # Nor is there anything that Twilio could take back.
    for account in [each for each in world.accounts.values() if each.status == "suspended"]:
        world.change_account(account.sid, friendly_name=account.friendly_name, status="active")
    had = world.scenario.belongings
    world.scenario = replace(
        world.scenario, belongings=lambda account: [one for one in had(account) if one.kind != "bundle"]
    )


def test_where_every_number_is_used_and_nothing_changed_there_is_nothing_to_look_at(desk, simulator, clock, tmp_path):
    """Twice, so that there is an earlier look to compare with."""
    all_in_use(simulator, clock)
    first = desk.report(folder=tmp_path)
    clock.advance(days=30)
    all_in_use(simulator, clock)
    second = desk.report(folder=tmp_path)

    assert [report.result for report in (first, second)] == [Result.NOTHING, Result.NOTHING]
    assert line_of(second)["changes"] == {}
    assert second.text.startswith("Every number is in use.")
    assert "nothing changed" in second.text
    page = next(file for file in second.files if file.suffix == ".html").read_text()
    assert "Every number is in use" in page
    assert "Nothing changed" in page


def test_a_number_that_twilio_may_take_back_is_something_to_look_at(desk, simulator, clock, tmp_path):
    """Also where every number is in use and nothing changed."""
    all_in_use(simulator, clock)
    desk.report(folder=tmp_path)
    (lab,) = (each for each in simulator.world.accounts.values() if each.friendly_name == "Acme Test Lab")
    clock.advance(days=30)
    all_in_use(simulator, clock)
    simulator.world.change_account(lab.sid, friendly_name=lab.friendly_name, status="suspended")
    report = desk.report(folder=tmp_path)

    assert (report.result, line_of(report)["may_be_taken_back"]) == (Result.SOMETHING, 4)
    assert "Twilio may take back 4 numbers by itself: 4 in a suspended account." in report.text


def test_numbers_in_use_that_carry_little_stand_in_a_sheet_of_their_own(facts, desk, tmp_path):
    """Each with what it carried; below them their sum, and of how many that is not known."""
    report = facts()
    write_report_workbook(report, tmp_path / "book.xlsx")
    head, *rows = openpyxl.load_workbook(tmp_path / "book.xlsx")["Little used"].iter_rows(values_only=True)
    frame = desk.evidence()
    little = frame[(frame.trickle | frame.inbound_only).fillna(value=False)]
    listed = {row[0]: row for row in rows[: len(little)]}

    assert set(listed) == set(little.phone_number)
    assert set(little.verdict) == {"in use"}
    flags = {"yes": True, "no": False}
    for name, column in (("Only a few a month", "trickle"), ("Inbound only", "inbound_only")):
        told = {number: flags[row[head.index(name)]] for number, row in listed.items()}
        assert told == dict(zip(little.phone_number, little[column].tolist(), strict=True))
    below = " ".join(str(row[0]) for row in rows[len(little) :] if row[0])
    uncounted = int(frame.trickle[frame.verdict == "in use"].isna().sum())
    assert f"All in USD {int(little.trickle.sum())} numbers in use carry only a few" in below
    assert f"Of {uncounted} more in use it is not known" in below
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")["Little used"]
    assert evaluate(book, rows[len(little) + 1][3]) == pytest.approx(float(little.monthly.sum()))


def test_where_nobody_carries_little_the_sheet_says_so(facts, tmp_path):
    """An empty sheet would say less."""
    report = replace(facts(), little_used=facts().frame.head(0))

    assert "No number in use is known to carry little." in write_page(report)
    write_report_workbook(report, tmp_path / "book.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "book.xlsx")["Little used"].iter_rows(min_row=2, values_only=True)
    assert "No number in use is known to carry little." in [row[0] for row in rows]


def test_a_change_alone_is_something_to_look_at(desk, simulator, clock, tmp_path, quiet):
    """Although every number is in use."""
    all_in_use(simulator, clock)
    desk.report(folder=tmp_path)
    desk.session.gateway.update_number(quiet.account_sid, quiet.sid, {"FriendlyName": "Another name"})
    clock.advance(days=30)
    all_in_use(simulator, clock)
    report = desk.report(folder=tmp_path)

    assert report.result == Result.SOMETHING
    assert line_of(report)["changes"] == {"renamed": 1}


def test_a_key_that_may_only_look_makes_the_whole_report(simulator, controls, journal, clock, tmp_path):
    """Of its own account; and it sends nothing but GETs."""
    desk = desk_at(simulator, journal, clock, key=controls.make_key(LOOK))
    report = desk.report(folder=tmp_path)
    told = line_of(report)
    desk.session.gateway.transport.close()
    user = [request for request in simulator.requests if request["user"].startswith("SK")]

    assert len(report.files) == 3
    assert told["numbers"] > 0
    assert told["unknown"] < told["numbers"]
    assert len(user) > 10
    assert {request["method"] for request in user} == {"GET"}


def test_logs_that_could_not_be_read_are_no_nothing(desk, simulator, clock, tmp_path, quiet):
    """Neither where nothing was known before, nor where an earlier look has to do."""
    desk.report(folder=tmp_path)
    clock.advance(days=1)
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/Calls", times=10_000)
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/Messages", times=10_000)
    report = desk.report(folder=tmp_path)

    assert report.result == Result.NOT_READ
    assert "could not be read this time: they are as an earlier check found them." in report.text


def test_logs_that_nobody_could_ever_read_are_no_nothing(facts, simulator, quiet):
    """Its numbers are unknown, and reading again may tell more."""
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/Calls", times=10_000)
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/Messages", times=10_000)
    report = facts()

    assert report.not_looked_at == 0
    assert report.unread_logs > 0
    assert report.result == Result.NOT_READ


def test_an_account_that_deletes_its_messages_is_something_to_look_at_and_no_failure(facts):
    """Reading again would tell no more."""
    report = facts()

    assert report.unknown == 3
    assert (report.unread_logs, report.result) == (0, Result.SOMETHING)


def test_where_nothing_could_be_read_the_report_says_so(desk, simulator, tmp_path):
    """No sum of nothing."""
    simulator.order(Fault.FORBIDDEN, path="IncomingPhoneNumbers", times=10_000)
    report = desk.report(folder=tmp_path)

    assert report.result == Result.NOT_READ
    assert report.text.startswith("No number could be read.")
    assert len(report.files) == 3


def test_a_look_that_could_not_be_kept_is_compared_with_nothing(desk, clock, tmp_path, monkeypatch):
    """Otherwise the report of today would tell what had changed at the last time."""

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    for _ in range(2):
        desk.report(folder=tmp_path)
        clock.advance(days=30)
    monkeypatch.setattr(kept_looks, "put", full)
    told = line_of(desk.report(folder=tmp_path))

    assert len(list_looks(desk._memory, 90)) == 2
    assert (told["since"], told["changes"]) == (None, None)


def test_names_that_attack_whoever_opens_the_file_are_shown_and_nothing_more(facts, tmp_path):
    """Markup is text in the page, and a formula is text in the workbook."""
    report = facts()
    attack = ["<script>alert(1)</script>", '=HYPERLINK("https://evil.example","x")', "tab\there\x00"]
    frame = report.not_used.head(3).assign(name=pd.array(attack, dtype=report.not_used["name"].dtype))
    report = replace(report, not_used=frame)
    write_report_workbook(report, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Not used"]
    page = write_page(report)

    assert [(sheet[f"B{row}"].data_type, sheet[f"B{row}"].value) for row in (2, 3)] == [
        ("s", attack[0]),
        ("s", attack[1]),
    ]
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_two_currencies_are_never_added_up(facts, tmp_path):
    """Each has a line, a total and a name of its own."""
    report = facts()
    frame = report.frame.copy()
    euro = frame["account"] == "Acme Berlin"
    frame["currency"] = frame["currency"].astype(object).mask(euro, "EUR").astype("category")
    table = replace_frame(report, frame)
    write_report_workbook(table, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Summary"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}

    assert headline(table) == "USD 448.20 and EUR 27.60 can be saved a year"
    assert [evaluate(sheet, rows[f"All in {name}"][6]) for name in ("USD", "EUR")] == pytest.approx([448.20, 27.60])
    assert "<th>Currency</th>" in write_page(table)


def replace_frame(report, frame):
    return make_report(
        EvidenceTable(frame, report.about), report.made, report.comparison, report.savings, report.unfinished
    )


def test_a_price_that_is_not_known_is_in_no_sum_and_is_said(facts):
    """Of all, and of some."""
    report = facts()
    some = report.frame.copy()
    some["monthly"] = some["monthly"].astype(object).mask(some["account"] == "Acme Berlin", None)
    every = report.frame.assign(monthly=pd.array([None] * len(report.frame), dtype=object))
    some, none = replace_frame(report, some), replace_frame(report, every)

    assert some.saving_a_year == {"USD": Decimal("448.20")}
    assert "The price of 2 of the unused ones is not known, and not in this sum." in explain_headline(some)
    assert headline(none) == "31 numbers were not used, and no price is known"
    assert "price not known" in write_page(none)


def test_savings_whose_price_was_not_known_are_said(facts):
    """They are counted as numbers, and not as money."""
    report = facts()
    savings = replace(report.savings, since=report.made.at, released=3, without_price=2, taken_back=1, parked=2)
    told = " ".join(describe_savings(replace(report, savings=savings)))

    assert "The price of 2 of them was not known at the release, and is not counted." in told
    assert "1 number came back, and is not counted." in told
    assert "2 numbers are parked: a parked number goes on costing." in told


def test_practice_says_that_it_is_practice_and_live_does_not(facts):
    """Nobody in finance takes a made-up company for theirs."""
    report = facts()
    live = replace(report, made=replace(report.made, live=True))

    for written in (write_text(report), write_page(report)):
        assert "PRACTICE" in written
        assert "made-up" in written
    for written in (write_text(live), write_page(live)):
        assert "PRACTICE" not in written
        assert "made-up" not in written


@pytest.mark.parametrize("form", ["xlsx", "html", "json"])
def test_a_file_that_cannot_be_written_leaves_no_half_of_it(desk, tmp_path, form, monkeypatch):
    """A name that is there is complete."""

    def broken(*_):
        raise OSError(28, "No space left on device")

    for name in ("write_report_workbook", "write_page"):
        monkeypatch.setattr(files, name, broken)
    monkeypatch.setattr(files, "_plain", broken)
    with pytest.raises(OSError, match="No space"):
        desk.report(folder=tmp_path / "out", forms=[form])

    assert list((tmp_path / "out").glob("*")) == []


@pytest.mark.parametrize("form", ["xlsx", "json"])
def test_a_file_of_many_numbers_is_written_row_by_row(facts, tmp_path, form):
    """Four times the numbers need hardly more memory; and every one of them is in the file."""
    report = facts()

    def peak(times):
        many = replace(report, not_used=pd.concat([report.not_used] * times, ignore_index=True))
        tracemalloc.start()
        try:
            files.FORMS[form](many, tmp_path / f"{times}.{form}")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(70), peak(280)

    assert many < 1.5 * few
    if form == "json":
        told = msgspec.json.decode((tmp_path / "280.json").read_bytes())["unused_numbers"]
        assert [each["sid"] for each in told] == list(report.not_used["sid"]) * 280


def test_an_act_that_is_not_finished_is_something_to_look_at(desk, simulator, clock, tmp_path):
    """Also where nothing else is: in the code, the line, the text, the page, the workbook and the file of JSON."""
    number = named(desk, QUIET)
    simulator.order(Fault.BROKEN_BEFORE, method="DELETE")
    with suppress(OutcomeUnknown):
        desk.acts.release(Confirmation("one", desk.decide(number), number.phone_number))
    (entry,) = desk.session.journal.open_entries()
    all_in_use(simulator, clock)
    report = desk.report(folder=tmp_path)
    told = line_of(report)
    book, page, content = (file for file in report.files)
    sentence = (
        f"1 act of this kit is not finished: the release of {number.phone_number}, whose outcome is not known since "
        "2 March 2026, 09:30 UTC."
    )

    assert (told["not_used"], told["unknown"], told["changes"]) == (0, 0, None)
    assert (report.result, told["result"], told["unfinished"]) == (Result.SOMETHING, 1, 1)
    assert sentence in told["text"]
    assert sentence in page.read_text()
    summary = openpyxl.load_workbook(book)["Summary"]
    assert any(str(row[0]).startswith(sentence) for row in summary.iter_rows(values_only=True))
    (act,) = msgspec.json.decode(content.read_bytes())["unfinished_acts"]
    assert (act["entry"], act["act"], act["phone_number"]) == (entry.id, "release", number.phone_number)

    clock.advance(minutes=2)
    desk.acts.settle(entry)
    all_in_use(simulator, clock)
    assert line_of(desk.report(folder=tmp_path))["unfinished"] == 0


def test_a_report_of_what_is_known_reads_no_log_and_tells_of_the_last_check(desk, simulator, clock, tmp_path):
    """It compares as that check did, and says when it was."""
    desk.report(folder=tmp_path / "first")
    clock.advance(days=30)
    looked = line_of(desk.report(folder=tmp_path / "second"))
    clock.advance(hours=3)
    before = len(simulator.requests)
    known = desk.report(folder=tmp_path / "third", again=False)
    told = line_of(known)

    assert not [each for each in simulator.requests[before:] if "Calls" in each["path"] or "Messages" in each["path"]]
    same = ("not_used", "unknown", "since", "changes", "result", "looked_at")
    assert {key: told[key] for key in same} == {key: looked[key] for key in same}
    assert told["at"] > looked["at"]
    assert "Checked 1 April 2026, 09:30 UTC." in known.text
