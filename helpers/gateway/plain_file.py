"""Reading of a file that people write by hand and that holds secrets."""

from pathlib import Path


def read_plain(file: Path) -> tuple[str, str]:
    """
    Read a text in UTF-8, or say why it cannot be read.

    Nothing is raised: the exception would hold the bytes of the file, and so the secrets.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as trouble:
        return "", trouble.strerror or "the disk refused"
    except UnicodeDecodeError:
        text = "\0"
    return ("", "it is not written in UTF-8") if "\0" in text else (text, "")
