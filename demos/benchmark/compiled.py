"""The C of this folder, compiled when it is asked for."""

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

PLAIN = ("-O3",)
# exp of four numbers at once is libmvec's, which keeps 4 units in the last place.
FAST = ("-O3", "-ffast-math", "-march=native")


@cache
def library(source: str, options: tuple[str, ...] = PLAIN) -> ctypes.CDLL:
    """A file of this folder as a library. Raises FileNotFoundError without a C compiler."""
    path = Path(__file__).with_name(source)
    with tempfile.TemporaryDirectory() as folder:  # once loaded, the file is not needed
        compiled = f"{folder}/{path.stem}.o"
        linked = f"{folder}/{path.stem}.so"
        subprocess.run(["cc", *options, "-fPIC", "-c", "-o", compiled, str(path)], check=True)
        # Linked under -ffast-math it would take all of Python its numbers below the normal floats.
        subprocess.run(["cc", "-shared", "-o", linked, compiled, "-lm"], check=True)
        return ctypes.CDLL(linked)
