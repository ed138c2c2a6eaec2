"""Files, written whole or not at all."""

import os
import shutil
from pathlib import Path
from uuid import uuid4


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Write a text to a file so that, until it is complete, the old file stays.

    Makes the folders it needs. Raises ValueError for what is no file.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise ValueError(f"{os.fspath(path)!r} is a folder or a device, not a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
