"""Practice or live, and with which credentials."""

import os
from pathlib import Path

import pytest
from IPython.core.ultratb import VerboseTB

from helpers.core.errors import CredentialsMalformed, CredentialsMissing, WrongRegion
from helpers.gateway.credentials import Ask, connect_live, wants_live

SID, TOKEN = "AC" + "0" * 32, "1" * 32
KEY, SECRET = "SK" + "2" * 32, "Hush" * 8


def test_practice_unless_told_otherwise():
    """Only a clear yes opens the desk live; credentials in the environment are not one."""
    assert not wants_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN})
    assert not wants_live({"TWILIO_DESK": "true"})
    assert all(wants_live({"TWILIO_DESK": yes}) for yes in ("live", "LIVE", " live", "Live "))
    assert wants_live({}, live=True)
    assert not wants_live({"TWILIO_DESK": "live"}, live=False)


def test_credentials_come_from_the_environment_first(tmp_path):
    """What is set for this process wins over what lies in a file."""
    (tmp_path / ".env").write_text(f"TWILIO_ACCOUNT_SID={SID}\nTWILIO_AUTH_TOKEN={'f' * 32}\n")
    connection = connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}, folders=(tmp_path,))

    assert (connection.live, connection.username, connection.secret) == (True, SID, TOKEN)


def test_then_from_a_file_beside_the_readme(tmp_path):
    """Quotes and comments are as in any such file."""
    (tmp_path / ".env").write_text(f'# Acme\nTWILIO_ACCOUNT_SID="{SID}"\nexport TWILIO_AUTH_TOKEN={TOKEN}\n')
    connection = connect_live({}, folders=(tmp_path / "nowhere", tmp_path))

    assert (connection.username, connection.secret) == (SID, TOKEN)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the rights of a file elsewhere.")
@pytest.mark.parametrize(
    ("mode", "others"), [(0o600, False), (0o640, True), (0o644, True), (0o604, True), (0o400, False)]
)
def test_a_file_that_others_can_read_is_told(tmp_path, mode, others):
    """The desk opens all the same, and its box says how to keep the credentials to oneself."""
    file = tmp_path / ".env"
    file.write_text(f"TWILIO_ACCOUNT_SID={SID}\nTWILIO_AUTH_TOKEN={TOKEN}\n")
    file.chmod(mode)
    notes = connect_live({}, folders=(tmp_path,)).notes

    assert [f"chmod 600 {file}" in note for note in notes] == ([True] if others else [])
    assert connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}, folders=(tmp_path,)).notes == ()
    assert TOKEN not in "".join(notes)


def test_a_file_of_another_program_hides_none(tmp_path):
    """The notebooks' folder has a .env of something else: the first that names an account is taken."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / ".env").write_text(f"TWILIO_AUTH_TOKEN={'f' * 32}\nDATABASE_URL=postgresql://db\n")
    (tmp_path / ".env").write_text(f"TWILIO_ACCOUNT_SID={SID}\nTWILIO_AUTH_TOKEN={TOKEN}\n")
    connection = connect_live({}, folders=(tmp_path / "notebooks", tmp_path))

    assert (connection.username, connection.secret) == (SID, TOKEN)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_from_another_editor_is_read_or_said_to_be_unreadable(tmp_path, encoding, snapshot):
    """A mark at the beginning is none of its words; what is not UTF-8 is a sentence, without what it holds."""
    written = f"TWILIO_ACCOUNT_SID={SID}\nTWILIO_AUTH_TOKEN={TOKEN}\n"
    (tmp_path / ".env").write_bytes(written.encode(encoding))
    if encoding == "utf-8-sig":
        assert connect_live({}, folders=(tmp_path,)).secret == TOKEN
        return

    with pytest.raises(CredentialsMalformed) as said:
        connect_live({}, folders=(tmp_path,))
    assert str(said.value).replace(str(tmp_path), "notebooks") == snapshot
    assert TOKEN not in VerboseTB().text(said.type, said.value, said.tb.tb_next)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="What root cannot read is a Linux file here.")
def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path, snapshot):
    """It is there, and the disk refuses: said so, and nothing else is tried."""
    (tmp_path / ".env").symlink_to("/proc/self/mem")

    with pytest.raises(CredentialsMalformed) as refused:
        connect_live({}, folders=(tmp_path,))
    assert str(refused.value).replace(str(tmp_path), "notebooks") == snapshot


def test_with_both_an_auth_token_and_an_api_key_the_token_is_used():
    """It reaches the subaccounts, and the key does not."""
    key = {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET}
    connection = connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, **key})

    assert (connection.username, connection.secret) == (SID, TOKEN)


def typing(answers):
    """Type what is wanted into each prompt in turn, and keep the prompts."""
    prompts, ahead = [], iter(answers)

    def type_at(how):
        return lambda text: (prompts.append((how, text)), next(ahead))[1]

    return Ask(type_at("shown"), type_at("hidden")), prompts


def test_then_they_are_typed_in(snapshot):
    """The prompt says LIVE and what spares it; the sid is seen as it is typed, and only the secret is hidden."""
    ask, prompts = typing([f" {SID} ", TOKEN])
    connection = connect_live({}, ask=ask)

    assert (connection.username, connection.secret) == (SID, TOKEN)
    assert prompts == snapshot


def test_a_typed_key_takes_its_secret_too():
    """What is typed in the token's place says that it is a key; it is hidden, because it could be a token."""
    ask, prompts = typing([SID, KEY, SECRET])
    connection = connect_live({}, ask=ask)

    assert (connection.username, connection.account_sid, connection.secret) == (KEY, SID, SECRET)
    assert [how for how, _ in prompts] == ["shown", "hidden", "hidden"]


@pytest.mark.parametrize("wrapped", ['"{}"', " “{}” ", "\u2066{}\u2069", "TWILIO_X={}", "Account SID: {}"])
def test_what_is_typed_is_read_as_what_is_written(wrapped):
    """In quotes, with invisible signs, or a whole line of a .env: people paste."""
    ask, _ = typing(wrapped.format(each) for each in (SID, KEY, SECRET))
    connection = connect_live({}, ask=ask)

    assert (connection.username, connection.account_sid, connection.secret) == (KEY, SID, SECRET)


@pytest.mark.parametrize(
    "answers", [[KEY], ["AC123"], [TOKEN], ["CR" + "5" * 32], ["your account SID"], [SID, SID], [SID, "SK123", SECRET]]
)
def test_what_is_typed_in_the_wrong_place_is_named(answers, snapshot):
    """A SID that is none is told before anybody types a secret; and the sentence says what it is."""
    ask, prompts = typing(answers)
    with pytest.raises(CredentialsMalformed) as said:
        connect_live({}, ask=ask)

    assert str(said.value) == snapshot
    assert len(prompts) == len(answers)


def test_the_prompt_says_what_was_found_and_not_used(tmp_path, snapshot):
    """Test credentials, and a placeholder: who is asked knows why."""
    (tmp_path / ".env").write_text("TWILIO_ACCOUNT_SID=ACxxxxxxxx\nTWILIO_AUTH_TOKEN=changeme\n")
    ask, prompts = typing([SID, TOKEN])
    connect_live({"TWILIO_TEST_ACCOUNT_SID": SID}, folders=(tmp_path,), ask=ask)

    assert prompts[0][1].replace(str(tmp_path), "home") == snapshot


def test_nothing_typed_asks_for_no_secret():
    """Whoever presses Enter at once is told what is missing."""
    ask, prompts = typing([" "])
    with pytest.raises(CredentialsMissing):
        connect_live({}, ask=ask)
    assert len(prompts) == 1


def test_a_typo_is_said_and_not_asked_for():
    """The credentials are there, under another name: nobody types them again."""
    ask, prompts = typing([])
    with pytest.raises(CredentialsMalformed, match="TWILIO_ACOUNT_SID looks like a typo"):
        connect_live({"TWILIO_ACOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}, ask=ask)
    assert prompts == []


def test_an_unreadable_file_is_not_looked_for_where_the_environment_is_enough(tmp_path):
    """The environment is asked first, and the file is another program's."""
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    assert connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}, folders=(tmp_path,)).secret == TOKEN


def test_an_api_key_is_used_with_its_account():
    """The key signs in, the account says whose numbers."""
    connection = connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET})

    assert (connection.username, connection.account_sid) == (KEY, SID)


@pytest.mark.parametrize(
    ("environment", "problem", "sentence"),
    [
        ({}, CredentialsMissing, "There are no Twilio credentials"),
        ({"TWILIO_ACCOUNT_SID": "AC123", "TWILIO_AUTH_TOKEN": TOKEN}, CredentialsMalformed, "not an account SID"),
        ({"TWILIO_ACCOUNT_SID": KEY, "TWILIO_AUTH_TOKEN": TOKEN}, CredentialsMalformed, "not an account SID"),
        ({"TWILIO_ACCOUNT_SID": SID}, CredentialsMalformed, "TWILIO_AUTH_TOKEN is missing"),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "s3cret-s3cret"}, CredentialsMalformed, "not an auth token"),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY}, CredentialsMalformed, "TWILIO_API_SECRET must be set"),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_REGION": "ie1"}, WrongRegion, "'ie1'"),
    ],
)
def test_credentials_that_cannot_be_right_are_sent_to_nobody(environment, problem, sentence):
    """Each mistake has its own sentence, and none of them repeats a secret."""
    with pytest.raises(problem, match=sentence) as said:
        connect_live(environment)

    assert "s3cret" not in str(said.value)


def test_a_secret_is_in_no_repr():
    """A connection can be shown."""
    connection = connect_live({"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN})

    assert TOKEN not in repr(connection)


def test_a_notebook_that_runs_with_nobody_in_front_is_told_what_is_missing(home, monkeypatch, tmp_path):
    """Where nobody can type a password there are no credentials, and that is said."""
    from helpers.desk import opening

    def nobody(prompt):
        raise NotImplementedError

    monkeypatch.setattr(opening.getpass, "getpass", nobody)
    monkeypatch.setattr("builtins.input", nobody)
    monkeypatch.chdir(tmp_path)
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CredentialsMissing):
        opening.open_desk(live=True)
