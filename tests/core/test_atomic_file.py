"""A file is put in the place of another whole, or not at all."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.core.atomic_file import put


def test_whoever_reads_finds_one_of_them_whole(tmp_path):
    """Sixteen windows at once: one text of theirs is there afterwards, and nothing else."""
    file = tmp_path / "memory" / "known.json"
    texts = [str(window).encode() * 100_000 for window in range(16)]
    with ThreadPoolExecutor(16) as windows:
        list(windows.map(lambda text: put(file, text, private=True, durable=True), texts))

    assert file.read_bytes() in texts
    assert list(file.parent.iterdir()) == [file]


def test_what_could_not_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    """A disk that is full in the middle of it costs nothing that was there."""
    file = tmp_path / "plan.json"
    put(file, b"before", private=False)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helpers.core.atomic_file.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(file, b"after", private=False, durable=True)

    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("private", "others"), [(True, 0), (False, stat.S_IRGRP | stat.S_IROTH)])
def test_what_is_private_is_read_by_its_owner_alone(tmp_path, private, others):
    """A plan is for colleagues to read, a memory of numbers is not."""
    file, usual = tmp_path / "file.json", os.umask(0o022)
    try:
        put(file, b"{}", private=private)
    finally:
        os.umask(usual)

    assert file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) == others
