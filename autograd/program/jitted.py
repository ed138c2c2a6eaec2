"""Programs, and loops around them, as machine code: compiled here, or by another process."""

from collections.abc import Callable
from functools import cache, lru_cache
from hashlib import sha256
from inspect import signature
from math import isfinite
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from autograd.core.define import define
from autograd.core.rows import CONSTANTS, FUNCTIONS
from autograd.extras import extra
from autograd.program.apart import compile_apart
from autograd.program.machine import compiled_in, known_to_numba
from autograd.writing import write_whole

Run: TypeAlias = Callable[..., Any]  # of (samples, batch, leaves): an Answer, or Answers
Loop: TypeAlias = Callable[..., Callable[..., None]]  # of a Run and the functions that it calls

LONGEST_WAIT = 200.0  # seconds for an engine to compile


@lru_cache(32)
def machine_code(text: str) -> Run:
    """The text of a program as a function on arrays, compiled at its first call."""
    return jitted(define("program", text, _known_to_programs()))


@lru_cache(32)
def machine_code_apart(text: str) -> Run:
    """The same, compiled by another process, for `LONGEST_WAIT` at most, and loaded from it.

    Raises CompileError if it takes longer, or the compiler fails.
    """
    with TemporaryDirectory() as folder:
        # By a name that no other program has: numba takes functions of one name for one.
        path = Path(folder) / f"program_{sha256(text.encode()).hexdigest()[:16]}.py"
        write_whole(path, f"@compiled\n{text}")
        compile_apart(path, LONGEST_WAIT)
        run: Any = compile_in(path)
        # Where NUMBA_CACHE_DIR is set, numba keeps the machine code there, and not beside the file.
        rmtree(run.stats.cache_path, ignore_errors=True)
        return run  # type: ignore[no-any-return]  # a function


def compile_in(path: Path) -> Run:
    """Compile the program in a file, or load what is kept beside it."""
    text = path.read_text(encoding="utf-8")
    program = compiled_in(path, text, _known_to_programs(), error_model="python")["program"]
    program.compile(tuple(_kinds()[name] for name in signature(program.py_func).parameters))
    return program  # type: ignore[no-any-return]  # a function


def _kinds() -> dict[str, Any]:
    """The arrays that programs take, by the name that the text has for them."""
    numpy = extra("numpy", "fast")
    kind = extra("numba", "fast").typeof
    empty = {"samples": 2, "leaves": 1, "values": 2, "gradients": 3}
    arrays = {name: kind(numpy.zeros((1,) * axes)) for name, axes in empty.items()}
    return {**arrays, "batch": kind(numpy.array([0]))}


def _known_to_programs() -> dict[str, Any]:
    called = known_to_numba(FUNCTIONS)
    functions = {name: f if f is abs else _raising(f) for name, f in called.items()}
    return {**functions, **CONSTANTS, "zeros": extra("numpy", "fast").zeros}


@lru_cache(32)
def machine_loop(write: Loop, run: Run, *functions: Callable[..., Any]) -> Callable[..., None]:
    """A loop around a program and other functions, all compiled, as machine code; only once."""
    return jitted(write(run, *functions))


@lru_cache(128)
def jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    numba = extra("numba", "fast")
    return numba.njit(function)  # type: ignore[no-any-return]  # a function


@cache
def _raising(function: Callable[..., float]) -> Any:
    """A function of rows that raises in machine code where Python's does.

    1 / log(0) would be 0 without a word.
    """

    def checked(*operands: float) -> float:
        result = function(*operands)
        if not isfinite(result):
            raise ValueError
        return result

    return jitted(checked)
