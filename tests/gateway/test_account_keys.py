"""A key for each subaccount, in a file that the operator writes: each account is asked with its own and no other."""

import os
from dataclasses import replace
from itertools import cycle
from threading import Event

import pytest
from IPython.core.ultratb import VerboseTB

from helpers.core.errors import CredentialsMalformed, TwilioSaidNo
from helpers.core.permissions import LOOK, RELEASE
from helpers.core.reasons import Request
from helpers.core.records import Account
from helpers.evidence.inventory import take_inventory
from helpers.gateway.account_keys import read_account_keys
from helpers.gateway.credentials import connect_live
from helpers.gateway.gateway import Gateway
from helpers.gateway.visibility import find_reach
from tests.support.golden import as_read

SID, KEY, SECRET = "AC" + "1" * 32, "SK" + "2" * 32, "hush" * 8
LINE = f"{SID},{KEY},{SECRET}\n"
#: What the keys of the first subaccounts may do: look, release as well, and what nobody knows.
ALLOWED = (LOOK, (*LOOK, *RELEASE), tuple(name for name in LOOK if "api-keys" not in name))


def write(folder, text, mode=0o600):
    file = folder / "keys.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(mode)
    return file


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"# our keys\n\n{LINE}",
        f"\ufeff{SID}; {KEY}; {SECRET}\r\n",
        f'"{SID}","{KEY}","{SECRET}"\n',
        f"{SID}\t{KEY}\t{SECRET}",
        f"{SID} {KEY} {SECRET},",
        f"  {SID} | {KEY} | {SECRET} |\r\n\r\n,,\r\n",
        f"{SID}=\u2066{KEY}\u2069:{SECRET}\u200b\ufeff",
        f"account,key,secret\r{SID},{KEY},{SECRET}\r",
        f"Konto;API-Schlüssel;Geheimnis\r\n{SID};{KEY};{SECRET};\r\n",
        f'"Account SID","API Key SID","Secret"\r\n"{SID}","{KEY}","{SECRET}"\r\n',
        f"{KEY},{SECRET},{SID}",
        f"Acme EU,{SID},{KEY},{SECRET} # Ann's, of May",
        f"\u2066# {SID},{KEY},{SECRET[::-1]}\n{LINE}",
        f"// {SID},{KEY},{SECRET[::-1]}\n  # {SID},{KEY},{SECRET[::-1]}\n'{SID}', '{KEY}', '{SECRET}'",
    ],
)
def test_a_line_is_an_account_its_key_and_the_secret(tmp_path, text):
    """As people and Excel write it."""
    (key,) = read_account_keys(write(tmp_path, text)).items()

    assert (key[0], key[1].sid, key[1].secret) == (SID, KEY, SECRET)
    assert SECRET not in repr(key)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the rights of a file elsewhere.")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o622])
def test_a_file_that_others_can_read_is_refused(tmp_path, mode, snapshot):
    """It is not read, and the sentence says how to keep it to oneself."""
    file = write(tmp_path, LINE, mode)
    with pytest.raises(CredentialsMalformed) as refused:
        read_account_keys(file)

    assert str(refused.value).replace(str(tmp_path), "home") == snapshot


@pytest.mark.parametrize(
    "text",
    [
        f"{SID},{KEY}\n",
        f"{LINE}{SECRET}\n",
        f"{LINE}{LINE}",
        f"{LINE}{SID},{KEY[:-1]}3,{SECRET[::-1]}\n",
        f"{LINE}{SID[:-1]}2,{KEY},{SECRET}\n",
        f"{LINE}account,key,{SECRET}\n",
        f"{LINE}account,key,secret\n",
        f"{SID},{KEY},abc\n",
        f"{SID},{KEY},{SECRET[:-1]}\n",
        f"{SID},{KEY},{SECRET[:-1]}_\n",
        f"{SID},{KEY},{KEY[:-1]}3\n",
        f"{SID},{KEY},{'9' * 32}\n",
        f"{SID},{KEY},{SECRET},{SECRET[::-1]}\n",
        f"{SID},{KEY},{SECRET} {SID[:-1]}2,{KEY[:-1]}3,{SECRET[::-1]}\n",
        f"\n# ours\n{SID[:-1]},{KEY},{SECRET}\n",
        "\ufeff",
        "account,key,secret\r\n# none yet\r\n,,\r\n",
        LINE.encode("utf-16"),
        LINE.encode("utf-16-le"),
    ],
    ids=[
        *(
            "no secret",
            "a secret alone",
            "a line twice",
            "an account with two keys",
            "a key of two accounts",
            "no sids",
        ),
        *("a head below", "a short secret", "a piece missing", "an odd sign", "a sid as the secret"),
        *("a token as the secret", "two secrets", "two lines in one", "a sid too short", "empty", "a head alone"),
        *("UTF-16", "UTF-16 without a mark"),
    ],
)
def test_a_line_that_is_none_is_named_by_its_place(tmp_path, text, snapshot):
    """What is wrong, and what to write; no secret of the file stands in the sentence, or in its traceback."""
    with pytest.raises(CredentialsMalformed) as refused:
        read_account_keys(write(tmp_path, text))

    assert str(refused.value).replace(str(tmp_path), "home") == snapshot
    shown = VerboseTB().text(refused.type, refused.value, refused.tb.tb_next)
    assert not [secret for secret in (SECRET, SECRET[::-1], "9" * 32) if secret[:-1] in shown]


def test_a_file_that_is_not_there_is_said(tmp_path, snapshot):
    """A desk that quietly saw less would be worse."""
    with pytest.raises(CredentialsMalformed) as refused:
        read_account_keys(tmp_path / "nowhere.csv")
    assert str(refused.value).replace(str(tmp_path), "home") == snapshot


def test_an_auth_token_takes_no_keys(tmp_path):
    """It sees all accounts by itself; the box says that the file is not used."""
    environment = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_DESK_KEYS": str(write(tmp_path, LINE))}
    by_token = connect_live({**environment, "TWILIO_AUTH_TOKEN": "3" * 32})
    by_key = connect_live({**environment, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET})

    assert (by_token.account_keys, "not used" in by_token.notes[0]) == ({}, True)
    assert list(by_key.account_keys) == [SID]
    assert SECRET not in repr(by_key)


def test_the_file_is_named_beside_the_credentials(tmp_path):
    """In a .env, too, where people write all of it; and quotes that Docker keeps are no part of its name."""
    keys = write(tmp_path, LINE)
    env = f"TWILIO_ACCOUNT_SID={SID}\nTWILIO_API_KEY={KEY}\nTWILIO_API_SECRET={SECRET}\n"
    (tmp_path / ".env").write_text(f"{env}TWILIO_DESK_KEYS={keys}\n")

    assert list(connect_live({}, folders=(tmp_path,)).account_keys) == [SID]
    (tmp_path / ".env").write_text(env)
    assert list(connect_live({"TWILIO_DESK_KEYS": f'"{keys}"'}, folders=(tmp_path,)).account_keys) == [SID]
    assert connect_live({"TWILIO_DESK_KEYS": " "}, folders=(tmp_path,)).account_keys == {}


@pytest.fixture
def with_keys(connect, controls, simulator):
    """Sign in as somebody, with keys of so many active subaccounts."""

    def with_keys(who, count=None, allow=(LOOK,)):
        gateway = connect(who)
        subs = [a.sid for a in simulator.world.accounts.values() if a.status == "active" and not a.is_main][:count]
        keys = {sid: controls.make_key(may, account_sid=sid) for sid, may in zip(subs, cycle(allow), strict=False)}
        return Gateway(replace(gateway.connection, account_keys=keys), gateway.transport)

    return with_keys


def read(gateway):
    reach, accounts = find_reach(gateway)
    return reach, take_inventory(gateway, reach, accounts, seconds=lambda: 0.0)


@pytest.mark.parametrize("who", ["main_key", "standard_key"])
def test_each_account_is_asked_with_its_own_key(with_keys, simulator, who, snapshot):
    """Every number of every account that has a key; the box says for how many there is one."""
    gateway = with_keys(who)
    reach, inventory = read(gateway)
    keys = gateway.connection.account_keys
    asked = {
        (sid, request["user"])
        for request in simulator.requests
        for sid in keys
        if f"/Accounts/{sid}/" in request["path"]
    }

    assert asked == {(sid, key.sid) for sid, key in keys.items()}
    read_ones = {each.account.sid for each in inventory.coverage.readings if each.failure is None}
    assert read_ones >= {simulator.account_sid, *keys}
    assert [as_read(sentence) for sentence in reach.because] == snapshot


def test_an_account_without_a_key_is_out_of_reach_and_counted(with_keys):
    """One of them has none: it is not read, and the company is not seen whole."""
    gateway = with_keys("main_key", 1)
    reach, inventory = read(gateway)
    (keyed,) = gateway.connection.account_keys

    assert not reach.whole_company
    assert "for 1 of the" in reach.because[-2]
    read_ones = {each.account.sid for each in inventory.coverage.readings if each.failure is None}
    assert read_ones & {a.sid for a in inventory.accounts if a.status == "active"} == {reach.account.sid, keyed}


def test_what_each_key_may_do_is_asked_of_its_own_policy(with_keys, simulator, snapshot):
    """One may look, one may release, one may not read its policy, and the desk's own says nothing of theirs."""
    gateway = with_keys("main_key", allow=ALLOWED)
    looks, releases, blind, *_ = gateway.connection.account_keys
    reach, _ = find_reach(gateway)

    assert set(reach.refused_in(looks)) == set(Request)
    assert set(reach.refused_in(releases)) == {Request.BUY, Request.CHANGE}
    assert (reach.refused_in(blind), blind in reach.keyed_refuses) == ((), False)
    assert reach.refused_in(reach.account.sid) == reach.refuses == ()
    assert [as_read(sentence) for sentence in reach.because] == snapshot
    asked = {request["user"] for request in simulator.requests if request["path"].startswith("/v1/Keys/")}
    assert asked == {key.sid for key in gateway.connection.account_keys.values()} | {gateway.connection.username}


@pytest.mark.parametrize(("who", "each"), [("main_key", 1), ("standard_key", 2)])
def test_a_thousand_keys_are_asked_side_by_side(with_keys, simulator, monkeypatch, who, each):
    """One request a key, or two where its account is not listed; none waits for the one of another key to end."""
    gateway = with_keys(who)
    keys, begun = gateway.connection.account_keys, {"account": [], "policy": []}
    for name, sids in begun.items():
        really, two = getattr(gateway, name), Event()

        def ask(sid, really=really, sids=sids, two=two):
            if sid in keys:
                sids.append(sid)
                if len(sids) > 1:
                    two.set()
                assert two.wait(5), "Nothing else is asked before this answer."
            return really(sid)

        monkeypatch.setattr(gateway, name, ask)
    before = gateway.requests
    find_reach(gateway)

    assert (len(begun["policy"]), len(begun["account"])) == (len(keys), (each - 1) * len(keys))
    asked = [request for request in simulator.requests if request["user"] in {key.sid for key in keys.values()}]
    assert len(asked) == each * len(keys)
    assert gateway.requests - before <= len(asked) + 4


def test_a_key_of_a_subaccount_may_what_the_desks_own_may_not(with_keys, controls):
    """The other way round: a number there has its button, whatever the desk's key of the main account may do."""
    gateway, own = with_keys("main_key", allow=ALLOWED), controls.make_key(LOOK)
    gateway = Gateway(replace(gateway.connection, username=own.sid, secret=own.secret), gateway.transport)
    reach, _ = find_reach(gateway)
    looks, releases, *_ = gateway.connection.account_keys

    assert Request.RELEASE in reach.refused_in(reach.account.sid)
    assert Request.RELEASE in reach.refused_in(looks)
    assert Request.RELEASE not in reach.refused_in(releases)


def test_an_account_of_another_company_is_left_out_and_named(with_keys, monkeypatch):
    """Somebody put the file of two companies together: only this one's numbers stand in its inventory."""
    gateway = with_keys("main_key")
    strange, key = f"AC{'f' * 32}", next(iter(gateway.connection.account_keys.values()))
    keys = {**gateway.connection.account_keys, strange: key}
    gateway = Gateway(replace(gateway.connection, account_keys=keys), gateway.transport)
    known, other = gateway.account, Account(strange, "Other Corp", "active", "Full", strange)
    monkeypatch.setattr(gateway, "account", lambda sid: other if sid == strange else known(sid))
    reach, accounts = find_reach(gateway)

    assert strange not in {account.sid for account in (*accounts, *reach.keyed)}
    assert strange in reach.because[-1]
    assert {account.sid for account in reach.keyed} == keys.keys() - {strange}


def test_hosts_without_an_account_in_the_address_are_asked_with_its_key(with_keys, simulator):
    """A messaging service of a subaccount: no token of it is known."""
    gateway = with_keys("main_key")
    for sid, key in gateway.connection.account_keys.items():
        list(gateway.resources(sid, "https://messaging.twilio.com/v1/Services", "services"))
        assert simulator.requests[-1]["user"] == key.sid


def test_a_release_in_a_subaccount_is_sent_by_its_key_or_by_none(with_keys, simulator):
    """The key may only look: Twilio's refusal is final, and no other credential is tried."""
    gateway = with_keys("main_key")
    sid, key = next(iter(gateway.connection.account_keys.items()))
    number = next(iter(gateway.numbers(sid)))
    with pytest.raises(TwilioSaidNo, match="70051"):
        gateway.delete_number(sid, number.sid)
    deletes = [request["user"] for request in simulator.requests if request["method"] == "DELETE"]

    assert deletes == [key.sid]
    assert simulator.world.number(sid, number.sid) is not None


def test_a_key_typed_for_a_release_stands_above_the_file(with_keys, controls, simulator):
    """Only the typed one is used: for the account of the number, and for no other."""
    gateway, other = with_keys("main_key"), controls.make_key(LOOK)
    sid = next(iter(gateway.connection.account_keys))
    number = next(iter(gateway.numbers(sid)))
    with pytest.raises(TwilioSaidNo):
        gateway.signed_in_with(other).delete_number(sid, number.sid)

    assert simulator.requests[-1]["user"] == other.sid
