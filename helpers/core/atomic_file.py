"""Replace a file in one step, so that a reader finds either the old or the new file, complete."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident


def put(file: Path, content: bytes, *, private: bool, durable: bool = False) -> None:
    """
    Write a new file beside the old one, then replace the old one.

    Args:
        private: Whether only this user may read the file; otherwise the system's default permissions apply.

        durable: Whether the file survives a crash of the machine once this returns.

    Raises:
        OSError: The file could not be written.  The old one is still there.
    """
    with replacing(file, private=private, durable=durable) as new, new.open("wb") as opened:
        opened.write(content)


@contextmanager
def replacing(file: Path, *, private: bool, durable: bool = False) -> Iterator[Path]:
    """
    Give the place of a new file to write, which replaces the old one at the end; see ``put``.

    Two processes may do so at once: the later replacement stays.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    new = file.with_name(f".{file.name}.{os.getpid()}-{get_ident()}.new")
    try:
        # A killed process with the same id may have left its file behind.
        new.unlink(missing_ok=True)
        new.touch(mode=0o600 if private else 0o666)
        yield new
        if durable:
            with new.open("rb+") as opened:
                os.fsync(opened.fileno())
        new.replace(file)
    finally:
        # A leftover does no harm: its name marks it as unfinished.
        with suppress(OSError):
            new.unlink(missing_ok=True)
    if durable:
        # The new name is on disk only once its folder is.  Windows cannot open folders, and does not need this.
        with suppress(OSError):
            folder = os.open(file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
