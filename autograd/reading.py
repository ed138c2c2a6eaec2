"""Files read whole: ordinary ones alone, of a size within reason."""

import os
import stat
from pathlib import Path

LARGEST = 2**27  # bytes: a network of three million parameters, far more than Values train

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_whole(path: str | os.PathLike[str]) -> bytes:
    """Read all of an ordinary file.

    Nothing else is waited for or read without end: a named pipe nobody writes to, `/dev/zero`. Some
    devices act when they are opened, so that what stands at the path is looked at before; and again
    once it is open, as another may stand there by then.

    Arguments:

    - `path`: the file, or a link to it.

    Returns its bytes.

    Raises:

    - `ValueError` if there is no ordinary file, or it has more than `LARGEST` bytes, or grows while
      it is read. Its message goes on where the name of the file was told.
    - `OSError` if the file cannot be read.
    """
    path = Path(path)
    _size(path.stat())
    with open(path, "rb", opener=_opened_without_waiting) as file:
        size = _size(os.fstat(file.fileno()))
        content = file.read(size + 1)
    if len(content) > size:
        raise ValueError(
            f"it holds more than the {size:,} bytes that it told of: it grows while it is read, or "
            "is no ordinary file"
        )
    return content


def check_size(size: int) -> None:
    """Raise ValueError if a file has more bytes than are read."""
    if size > LARGEST:
        raise ValueError(f"it has {size:,} bytes, and at most {LARGEST:,} are read")


def _size(status: os.stat_result) -> int:
    """How many bytes an ordinary file has; ValueError for what is none, or is too large."""
    if not stat.S_ISREG(status.st_mode):
        what = next((name for is_it, name in _KINDS if is_it(status.st_mode)), "no file")
        raise ValueError(f"it is {what}: name an ordinary file")
    check_size(status.st_size)
    return status.st_size


def _opened_without_waiting(path: str, flags: int) -> int:
    """Open a file; a named pipe too, without waiting for its other end, as Windows has none."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
