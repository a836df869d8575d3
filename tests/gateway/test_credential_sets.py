"""Credentials as people have them: each file of ``credential_sets`` says what comes of what it holds."""

import re
from pathlib import Path

import pytest
from IPython.core.ultratb import VerboseTB

from helpers.core.errors import CannotConnect
from helpers.core.redact import Secret
from helpers.gateway.credential_set import pairs_in
from helpers.gateway.credentials import connect_live

SETS = sorted((Path(__file__).parent / "credential_sets").glob("*.txt"))
_SECTIONS = re.compile("--- what comes of it\n(.*)--- environment\n(.*)--- [.]env\n(.*)", re.DOTALL)


def outcome(environment, folder):
    """Say who signs in and how, or what is said instead; and return what a traceback shows besides."""
    try:
        connection = connect_live(environment, folders=(folder,))
    except CannotConnect as said:
        return f"{said}\n", VerboseTB().text(type(said), said, said.__traceback__.tb_next)
    how = "an API key" if connection.username.startswith("SK") else "the auth token"
    works = f"It works: {connection.account_sid} by {how}, whose secret begins with {connection.secret[:1]}."
    return "".join(f"{line}\n" for line in (works, *connection.notes)), ""


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_each_set_works_or_is_named_for_what_it_is(file, tmp_path):
    """As its file says; and no secret, nor a third of one, stands in what is said or in its traceback."""
    expected, written, env = _SECTIONS.fullmatch(file.read_bytes().decode()).groups()
    pairs = (line.split("=", 1) for line in written.removesuffix("\n").split("\n") if line)
    environment = {name: Secret(value) for name, value in pairs}
    if env:
        (tmp_path / ".env").write_text(env, newline="")
        (tmp_path / ".env").chmod(0o600)
    said, traceback = outcome(environment, tmp_path)

    assert said.replace(str(tmp_path / ".env"), "the file .env") == expected
    assert not _secrets_in(said + traceback, environment, tmp_path)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["a.b-" * 20_000, "A" * 80_000, "name" + " " * 80_000, "account sid" + "\n" * 80_000])
def test_a_long_line_is_read_at_once(text):
    """A key or a picture in a .env of another program: the time grows with its length, and not with its square."""
    assert list(pairs_in(text)) == []


def test_there_are_enough_sets():
    """A folder that is not found would pass every test."""
    assert len(SETS) >= 25


def _secrets_in(text, environment, folder):
    """Find the ends of everything that looks like a token, a key's secret or a private key; sids may be shown."""
    file = folder / ".env"
    written = "\n".join([*environment.values(), file.read_text() if file.is_file() else ""])
    words = re.findall(r"(?<![0-9A-Za-z])(?!(?:AC|SK|OQ|OR)[0-9a-f]{8})[0-9A-Za-z]{24,}", written)
    return [word for word in words if word[:10] in text or word[-10:] in text]
