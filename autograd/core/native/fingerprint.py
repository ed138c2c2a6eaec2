"""What tells the table of rows that a binary was built from."""

import zlib

from autograd.core.rows import ROWS


def fingerprint() -> int:
    """A number that another table of rows hardly has."""
    texts = [(row.name, row.operands, row.computed) for row in ROWS.values()]
    return zlib.crc32(repr(texts).encode())
