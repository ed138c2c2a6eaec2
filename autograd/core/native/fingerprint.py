"""What tells the rows and the sources in C that a binary was built from."""

import zlib
from pathlib import Path

from autograd.core.rows import ROWS

HERE = Path(__file__).parent


def fingerprint() -> int:
    """A number that other rows, or other sources, hardly have."""
    rows = [(row.name, row.operands, row.computed) for row in ROWS.values()]
    number = zlib.crc32(repr(rows).encode())
    for path in (HERE / "node.h", *sorted(HERE.glob("*.c"))):
        number = zlib.crc32(path.read_bytes(), number)
    return number
