"""Put a file in the place of another, so that whoever reads it finds the one or the other, whole."""

import os
from contextlib import suppress
from pathlib import Path
from threading import get_ident


def put(file: Path, content: bytes, *, private: bool, durable: bool = False) -> None:
    """
    Write a file beside the one of its name, and put it in that one's place.

    Two windows may do so at once: the later one's is there afterwards.

    Args:
        private: Whether nobody else on this machine may read it; else as the system makes files.

        durable: Whether it is on disk when this returns, whatever happens to the machine then.

    Raises:
        OSError: It could not be written.  The one before is still there.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    new = file.with_name(f".{file.name}.{os.getpid()}-{get_ident()}.new")
    try:
        # One that a process of this number left behind when it was killed may be in the way.
        new.unlink(missing_ok=True)
        new.touch(mode=0o600 if private else 0o666)
        with new.open("wb") as opened:
            opened.write(content)
            if durable:
                opened.flush()
                os.fsync(opened.fileno())
        new.replace(file)
    finally:
        # What it could not take away is nobody's, and says so by its name.
        with suppress(OSError):
            new.unlink(missing_ok=True)
    if durable:
        # The name is on disk only when its folder is; Windows opens no folders, and needs none of this.
        with suppress(OSError):
            folder = os.open(file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
