"""Machine code by numba that outlives the process: what is compiled once is kept on disk."""

import ctypes
import math
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograd.extras import extra
from autograd.reading import read_whole
from autograd.writing import write_whole

OF_C = "autograd_pow_of_c"  # a name of our own, so that the compiler does not know what it is

# Python's hypot, which is nearer to the truth than that of the C library: the operands as parts of
# a power of two, their squares and that of the root h without rounding, and a step of Newton's.
# Of `total`, 1 and the sum of squares, `rest` and `rounded` are what rounding took. Below 2⁻¹⁰²⁴
# versions of Python differ: a NaN leaves that to Python. It is a text, as what is kept on disk goes
# by its text.
HYPOT = '''\
@compiled
def python_hypot(a, b):
    a = abs(a)
    b = abs(b)
    if isinf(a) or isinf(b):
        return inf
    largest = max(a, b)
    if isnan(a) or isnan(b) or 0.0 < largest < 2.0**-1024:
        return nan
    if largest <= 0.0:
        return 0.0
    scale = ldexp(1.0, -frexp(largest)[1])
    total, rest, rounded = with_square(1.0, 0.0, 0.0, a * scale, 1.0)
    total, rest, rounded = with_square(total, rest, rounded, b * scale, 1.0)
    h = sqrt(total - 1.0 + (rest + rounded))
    total, rest, rounded = with_square(total, rest, rounded, h, -1.0)
    h += (total - 1.0 + (rest + rounded)) / (2.0 * h)
    return h / scale


@compiled
def with_square(total, rest, rounded, x, sign):
    """The sum with sign · x², of which the upper 26 bits of x have an exact square."""
    upper = x * 134217729.0 - (x * 134217729.0 - x)
    lower = x - upper
    square = x * x
    rest += sign * (lower * lower - ((square - upper * upper) - 2.0 * upper * lower))
    larger = total + sign * square
    return larger, rest, rounded + (total - larger + sign * square)
'''


def compiled_for_good(name: str, text: str, known: dict[str, Any]) -> dict[str, Any]:
    """The functions in a text as machine code, compiled at their first call or found on disk.

    They stand under `@compiled`, and use each other and what is `known`. numba keeps machine code
    beside a file with its source; where no folder can be written it is compiled in each process.
    """
    path = _path(name, text, extra("numba", "fast").__version__)
    # A quotient by 0 is infinite or a NaN, without an error.
    return compiled_in(path, text, known, is_kept=_is_written(path, text), error_model="numpy")


def compiled_in(
    path: Path, text: str, known: dict[str, Any], *, is_kept: bool = True, error_model: str
) -> dict[str, Any]:
    """The same of a text in a file, beside which numba keeps the machine code."""
    numba = extra("numba", "fast")

    def compiled(function: Any) -> Any:
        # By a name that no other text has: what numba keeps of two functions of one name, found on
        # disk, it takes for one.
        function.__qualname__ = f"{function.__qualname__}_{path.stem}"
        return numba.njit(cache=is_kept, error_model=error_model)(function)

    # numba looks for the module of what it finds on disk; this one is always there.
    scope = {**known, "compiled": compiled, "__name__": __name__}
    exec(compile(text, str(path), "exec"), scope)
    return scope


def _path(name: str, text: str, version: str) -> Path:
    """Where numba keeps all else, if that is said, or in the user's folder for caches."""
    digest = sha256(f"{version}\n{HYPOT}\n{text}".encode()).hexdigest()[:16]
    folders = extra("numba.misc.appdirs", "fast")
    folder = os.environ.get("NUMBA_CACHE_DIR") or folders.user_cache_dir("scalar-autograd", False)
    return Path(folder) / f"{name}_{digest}.py"


def _is_written(path: Path, text: str) -> bool:
    """Whether the file is there with its text. It is not written again: numba goes by its age."""
    with suppress(OSError, ValueError):  # no folder that can be written; no file, but a named pipe
        if path.is_file() and read_whole(path) == text.encode():
            return True
        write_whole(path, text)
        return True
    return False


def known_to_numba(functions: Mapping[str, Callable[..., float]]) -> dict[str, Any]:
    """The functions of rows as machine code calls them, each as exact as Python's."""
    numpy = extra("numpy", "fast")
    own = {"pow": power_of_c(), "fmod": numpy.fmod, "hypot": hypot_of_python()}
    return {**functions, **own}


@cache
def hypot_of_python() -> Any:
    """Python's hypot as machine code, to the last bit."""
    known = {name: getattr(math, name) for name in "isinf isnan inf nan frexp ldexp sqrt".split()}
    return compiled_for_good("hypot", HYPOT, known)["python_hypot"]


@cache
def power_of_c() -> Any:
    """The C library's pow, which `math` calls too, as machine code calls it.

    Of pow(x, 2.0) numba's compiler makes x * x, which differs in the last bit once in 1,300 times.
    Called by another name it stays what it is, and is found by that name in each process.
    """
    types = extra("numba", "fast").types
    binding = extra("llvmlite.binding", "fast")
    try:
        power = ctypes.CDLL(None).pow
    except (AttributeError, OSError, TypeError):  # no such library, as on Windows
        return math.pow
    binding.add_symbol(OF_C, ctypes.cast(power, ctypes.c_void_p).value)
    return types.ExternalFunction(OF_C, types.float64(types.float64, types.float64))
