"""Files, written whole or not at all; and terminals that lack signs."""

import os
import re
import shutil
import sys
import time
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from uuid import uuid4

_PART = re.compile(r"\.autograd-(\d+)-[0-9a-f]{32}\.part")  # with the id of the process
ABANDONED = 3600.0  # seconds without a write; on a shared folder ids are of several machines


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a text or an image to a file, whole or not at all.

    Until the new file is complete, an old one stays. Folders that are missing are made. A text is
    written in UTF-8, and lines end with a line feed alone on each system. What killed processes
    left half-written in that folder, an hour ago or more, is deleted.

    Arguments:

    - `path`: the file.
    - `content`: what it is to hold, as text or bytes.

    Raises:

    - `ValueError` if `path` is a folder or a device.
    - `OSError` if the file cannot be written.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise ValueError(f"{os.fspath(path)!r} is a folder or a device, not a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    _delete_abandoned_parts(target.parent)
    part = target.with_name(f".autograd-{os.getpid()}-{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _delete_abandoned_parts(folder: Path) -> None:
    """Delete what saves of processes that are gone have left in a folder, as far as one may."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = _PART.fullmatch(entry.name)
            if name and _is_old_file(entry) and not _is_alive(int(name[1])):
                with suppress(OSError):
                    os.unlink(entry.path)


def _is_old_file(entry: os.DirEntry[str]) -> bool:
    if not entry.is_file(follow_symlinks=False):
        return False
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > ABANDONED


def _is_alive(process: int) -> bool:
    """Whether a process may still write; on Windows a file that is open cannot be deleted."""
    if os.name == "nt":
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it is another user's
        return True
    return True


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
