"""Files, written whole or not at all; and terminals that lack signs."""

import os
import shutil
import sys
from io import TextIOWrapper
from pathlib import Path
from uuid import uuid4


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Write a text to a file, whole or not at all.

    Until the new file is complete, an old one stays. Folders that are missing are made. The text is
    written in UTF-8, and lines end with a line feed alone on each system.

    Arguments:

    - `path`: the file.
    - `text`: what it is to hold.

    Raises:

    - `ValueError` if `path` is a folder or a device.
    - `OSError` if the file cannot be written.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise ValueError(f"{os.fspath(path)!r} is a folder or a device, not a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def can_be_printed(text: str) -> bool:
    """Whether standard output has all signs of a text; a terminal of code page 1252 has no ∂, say.

    Arguments:

    - `text`: the text that is to be printed.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def as_typed(word: str) -> str:
    """A word of the command line as UTF-8, where a system of ASCII alone hands over its bytes."""
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(word).decode("utf-8", errors="replace")
    return word


def escape_what_cannot_be_printed() -> None:
    """Let standard output write `\\u2202` for a sign that it lacks, instead of failing."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
